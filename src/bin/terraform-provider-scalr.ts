// The `terraform-provider-scalr` executable, which OpenTofu and Terraform start.
import "./keep-debugger-shut.ts";
import { main } from "../provider/main.ts";

void main();
