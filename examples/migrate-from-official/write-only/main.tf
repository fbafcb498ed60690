terraform {
  required_version = ">= 1.11"
  required_providers {
    scalr = {
      source  = "scalr-oci/scalr"
      version = "~> 0.1"
    }
  }
}

provider "scalr" {}

variable "registry_url" {
  type    = string
  default = "https://ghcr.io"
}

variable "registry_password" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "scalr_docker_integration" "modules" {
  name               = "modules"
  registry_url       = var.registry_url
  username           = "acme-bot"
  export_credentials = true

  password_wo         = var.registry_password
  password_wo_version = 1
}
