terraform {
  required_version = ">= 1.11"
  required_providers {
    scalr = {
      source  = "scalr-oci/scalr"
      version = "~> 0.1"
    }
  }
}

# Reads SCALR_HOSTNAME and SCALR_TOKEN.
provider "scalr" {}

variable "registry_url" {
  type    = string
  default = "https://ghcr.io"
}

variable "registry_username" {
  type = string
}

variable "registry_password" {
  type      = string
  sensitive = true
  # Only sensitive is not enough: the password would stand in the saved plan.
  ephemeral = true
}

resource "scalr_docker_integration" "modules" {
  name         = "modules"
  registry_url = var.registry_url
  username     = var.registry_username

  # Never in state. Raise the version when the password has changed.
  password_wo         = var.registry_password
  password_wo_version = 1

  # Runs may pull with it.
  export_credentials = true
}

output "status" {
  value = scalr_docker_integration.modules.status
}
