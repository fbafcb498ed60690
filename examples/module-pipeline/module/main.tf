variable "name" {
  type = string
}

# `scalr-oci lock module --pin` wrote the digest; scalr-oci.lock.json says that it is tag 1.0.0.
module "network" {
  source = "oci://ghcr.io/acme/network?digest=sha256:825882fda077ee01fd3de107e9439431b12375bc995ce12b1eeaf2a7a5537d88"
  name   = var.name
}

resource "terraform_data" "service" {
  input = "${var.name}.${module.network.id}.example"
}

output "address" {
  value = terraform_data.service.output
}
