terraform {
  required_providers {
    notes = {
      source = "example/notes"
    }
  }
}

provider "notes" {
  directory = "notes"
}

resource "notes_note" "hello" {
  text = "written by a provider in TypeScript"
}

output "id" {
  value = notes_note.hello.id
}
