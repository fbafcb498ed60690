# REPOSITORY-KEY/IMAGE: a repository of the kind OCI or Docker.
module "network" {
  source = "oci://acme.jfrog.io/modules/network?tag=1.0.0"
  name   = "demo"
}

output "id" {
  value = module.network.id
}
