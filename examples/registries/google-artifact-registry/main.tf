# A module from Google Artifact Registry. There is no integration for it: its logins last hours, and the credential helper gets them.
module "network" {
  source = "oci://europe-docker.pkg.dev/acme/modules/network?tag=1.0.0"
  name   = "demo"
}

output "id" {
  value = module.network.id
}
