// Made by scalr-oci bindings from the directory network; do not change it, make it again.
/* eslint-disable */
import * as cdk from "cdktf";
import type { Construct } from "constructs";
import { OciModule, type OciModuleProps } from "scalr-oci/cdktf";

export interface NetworkProps extends Pick<
  OciModuleProps,
  "version" | "lockFile" | "providers" | "dependsOn" | "forEach"
> {
  /** Address of the module: `oci://HOST/REPOSITORY`, with `?tag=` or `?digest=` unless there is a version. */
  readonly source: string;
  /** Name of the network, in all of its parts */
  readonly name: string;
  /**
   * Subnets by their names
   * @default {}
   */
  readonly subnets?: { readonly [key: string]: NetworkSubnets | cdk.IResolvable } | cdk.IResolvable | undefined;
}

export interface NetworkSubnets {
  readonly cidrBlock: string;
  /** @default false */
  readonly isPublic?: boolean | cdk.IResolvable | undefined;
}

/** The module of the directory network. Outputs end in `Output`, and are tokens. */
export class Network extends OciModule {
  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id, {
      source: props.source,
      version: props.version,
      lockFile: props.lockFile,
      providers: props.providers,
      dependsOn: props.dependsOn,
      forEach: props.forEach,
      variables: {
        name: props.name,
        subnets: cdk.hashMapper(networkSubnetsToModule)(props.subnets),
      },
    });
  }

  /** Name of the network */
  get nameOutput(): string {
    return this.getString("name");
  }

  get publicCountOutput(): number {
    return this.getNumber("public_count");
  }

  get subnetIdsOutput(): { [key: string]: string } {
    return cdk.Token.asStringMap(this.interpolationForOutput("subnet_ids"));
  }
}

function networkSubnetsToModule(value: NetworkSubnets | cdk.IResolvable | null | undefined): unknown {
  if (typeof value !== "object" || value === null || cdk.Tokenization.isResolvable(value)) return value;
  return {
    cidr_block: value.cidrBlock,
    is_public: value.isPublic,
  };
}
