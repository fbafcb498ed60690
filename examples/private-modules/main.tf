# A configuration that uses two private modules from an OCI registry. Needs OpenTofu: TF_VAR_registry=HOST tofu init
variable "registry" {
  type        = string
  description = "HOST[:PORT] of the registry"
  default     = "ghcr.io"
}

module "network" {
  source = "oci://${var.registry}/acme/network?tag=1.0.0"
  name   = "demo"
}

module "service" {
  source     = "oci://${var.registry}/acme/service?tag=1.0.0"
  name       = "hello"
  network_id = module.network.id
}

output "address" {
  value = module.service.address
}
