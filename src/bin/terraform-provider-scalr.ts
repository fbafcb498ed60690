// The `terraform-provider-scalr` executable, which OpenTofu and Terraform start.
import { main } from "../provider/main.ts";

void main();
