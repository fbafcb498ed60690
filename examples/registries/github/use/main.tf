# OWNER/PACKAGE: the packages of an organization.
module "network" {
  source = "oci://ghcr.io/acme/network?tag=1.0.0"
  name   = "demo"
}

output "id" {
  value = module.network.id
}
