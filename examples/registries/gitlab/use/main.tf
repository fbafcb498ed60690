# GROUP/PROJECT/IMAGE: the registry of a project.
module "network" {
  source = "oci://registry.gitlab.com/acme/platform/network?tag=1.0.0"
  name   = "demo"
}

output "id" {
  value = module.network.id
}
