# A module from Azure Container Registry. There is no integration for it: its logins last hours, and the credential helper gets them.
module "network" {
  source = "oci://acme.azurecr.io/network?tag=1.0.0"
  name   = "demo"
}

output "id" {
  value = module.network.id
}
