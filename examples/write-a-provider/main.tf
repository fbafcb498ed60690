terraform {
  required_providers {
    files = {
      source = "example/files"
    }
  }
}

provider "files" {
  directory = "files"
}

resource "files_text" "hello" {
  name    = "hello.txt"
  content = "written by a provider in TypeScript"
}
