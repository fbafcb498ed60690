# A module as its author publishes it: scalr-oci push network oci://REGISTRY/acme/network --version 1.0.0

variable "name" {
  type        = string
  description = "Name of the network, in all of its parts"
  nullable    = false
}

variable "subnets" {
  type = map(object({
    cidr_block = string
    is_public  = optional(bool, false)
  }))
  description = "Subnets by their names"
  default     = {}
  nullable    = false
}

resource "terraform_data" "subnet" {
  for_each = var.subnets
  input    = "${var.name}/${each.key}: ${each.value.cidr_block}"
}

output "name" {
  value       = var.name
  description = "Name of the network"
}

output "subnet_ids" {
  value = { for name, subnet in terraform_data.subnet : name => tostring(subnet.id) }
}

output "public_count" {
  value = length([for subnet in var.subnets : subnet if subnet.is_public])
}
