# A module from Amazon ECR. There is no integration for it: its logins last hours, and the credential helper gets them.
module "network" {
  source = "oci://123456789012.dkr.ecr.eu-central-1.amazonaws.com/acme/network?tag=1.0.0"
  name   = "demo"
}

output "id" {
  value = module.network.id
}
