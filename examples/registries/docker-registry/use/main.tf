variable "registry" {
  type    = string
  default = "registry.example.com:5000"
}

module "network" {
  source = "oci://${var.registry}/acme/network?tag=1.0.0"
  name   = "demo"
}

output "id" {
  value = module.network.id
}
