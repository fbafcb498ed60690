// Tells from the firmware which cloud a machine is in, so that nobody waits for a metadata service that is not there.
import { readFileSync } from "node:fs";

export type Cloud = "google" | "azure" | "amazon";

/** Fields of SMBIOS as Linux shows them, and what each cloud writes there (cloud-init, tools/ds-identify). */
const marks: Readonly<Record<Cloud, readonly (readonly [field: string, mark: RegExp])[]>> = {
  google: [["product_name", /^Google/]],
  azure: [["chassis_asset_tag", /^7783-7084-3265-9085-8269-3286-77$/]],
  amazon: [
    ["sys_vendor", /^Amazon/],
    ["bios_vendor", /^Amazon/],
  ],
};

/** False where it cannot be told: a variable then has to say where the metadata service is. */
export function isOnCloud(cloud: Cloud): boolean {
  return marks[cloud].some(([field, mark]) => {
    try {
      return mark.test(readFileSync(`/sys/class/dmi/id/${field}`, "latin1").trim());
    } catch {
      return false;
    }
  });
}
