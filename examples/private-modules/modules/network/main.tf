variable "name" {
  type = string
}

resource "terraform_data" "network" {
  input = "network-${var.name}"
}

output "id" {
  value = terraform_data.network.output
}
