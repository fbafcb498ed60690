run "address" {
  variables {
    name = "hello"
  }

  assert {
    condition     = output.address == "hello.network-hello.example"
    error_message = "the address is not made of name and network"
  }
}
