variable "name" {
  type = string
}

variable "network_id" {
  type = string
}

resource "terraform_data" "service" {
  input = "${var.name}.${var.network_id}.example"
}

output "address" {
  value = terraform_data.service.output
}
