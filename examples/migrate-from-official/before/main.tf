terraform {
  required_version = ">= 1.11"
  required_providers {
    scalr = {
      source  = "scalr/scalr"
      version = "> 3.19.0"
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
}

resource "scalr_docker_integration" "modules" {
  name               = "modules"
  registry_url       = var.registry_url
  username           = "acme-bot"
  password           = var.registry_password
  export_credentials = true
}
