# The host is that of the registry itself: to oci://docker.io/… OpenTofu sends no login.
module "network" {
  source = "oci://registry-1.docker.io/acme/network?tag=1.0.0"
  name   = "demo"
}

output "id" {
  value = module.network.id
}
