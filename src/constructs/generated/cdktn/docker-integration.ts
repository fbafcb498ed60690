// L1 construct, made by `npm run generate` from provider-schema.json; never edited.
// @ts-nocheck
import { Construct } from 'constructs';
import * as cdktn from 'cdktn';

// Configuration

export interface DockerIntegrationConfig extends cdktn.TerraformMetaArguments {
  /**
  * Whether every plan and apply run of the account gets the login. Default: `false`.
  */
  readonly exportCredentials?: boolean | cdktn.IResolvable;
  /**
  * Name, at most 128 characters.
  */
  readonly name: string;
  /**
  * Password or token. It is stored in the state; `password_wo` is not. Exactly one of the two must be set.
  */
  readonly password?: string;
  /**
  * Password or token that is stored neither in plans nor in the state. Needs `password_wo_version`, and OpenTofu or Terraform 1.11.
  */
  readonly passwordWo?: string;
  /**
  * Version of `password_wo`. Change it to send the password again: nobody can see whether it changed.
  */
  readonly passwordWoVersion?: number;
  /**
  * The registry's own address, such as `https://ghcr.io`, at most 512 characters. It must not redirect: Docker Hub is `https://registry-1.docker.io`.
  */
  readonly registryUrl: string;
  /**
  * User name at the registry.
  */
  readonly username: string;
}

/**
* Represents a scalr_docker_integration
*/
export class DockerIntegration extends cdktn.TerraformResource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "scalr_docker_integration";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTN code for importing a DockerIntegration resource upon running "cdktn plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the DockerIntegration to import
  * @param importFromId The id of the existing DockerIntegration that should be imported. Refer to the import section in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the DockerIntegration to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktn.TerraformProvider) {
        return new cdktn.ImportableResource(scope, importToId, { terraformResourceType: "scalr_docker_integration", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new scalr_docker_integration Resource
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options DockerIntegrationConfig
  */
  public constructor(scope: Construct, id: string, config: DockerIntegrationConfig) {
    super(scope, id, {
      terraformResourceType: 'scalr_docker_integration',
      terraformGeneratorMetadata: {
        providerName: 'scalr',
        providerVersionConstraint: '~> 0.1'
      },
      provider: config.provider,
      dependsOn: config.dependsOn,
      count: config.count,
      lifecycle: config.lifecycle,
      provisioners: config.provisioners,
      connection: config.connection,
      forEach: config.forEach
    });
    this._exportCredentials = config.exportCredentials;
    this._name = config.name;
    this._password = config.password;
    this._passwordWo = config.passwordWo;
    this._passwordWoVersion = config.passwordWoVersion;
    this._registryUrl = config.registryUrl;
    this._username = config.username;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // error_message - computed: true, optional: false, required: false
  public get errorMessage() {
    return this.getStringAttribute('error_message');
  }

  // export_credentials - computed: true, optional: true, required: false
  private _exportCredentials?: boolean | cdktn.IResolvable;
  public get exportCredentials() {
    return this.getBooleanAttribute('export_credentials');
  }
  public set exportCredentials(value: boolean | cdktn.IResolvable) {
    this._exportCredentials = value;
  }
  public resetExportCredentials() {
    this._exportCredentials = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get exportCredentialsInput() {
    return this._exportCredentials;
  }

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
  }

  // name - computed: false, optional: false, required: true
  private _name?: string;
  public get name() {
    return this.getStringAttribute('name');
  }
  public set name(value: string) {
    this._name = value;
  }
  // Temporarily expose input value. Use with caution.
  public get nameInput() {
    return this._name;
  }

  // password - computed: false, optional: true, required: false
  private _password?: string;
  public get password() {
    return this.getStringAttribute('password');
  }
  public set password(value: string) {
    this._password = value;
  }
  public resetPassword() {
    this._password = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get passwordInput() {
    return this._password;
  }

  // password_wo - computed: false, optional: true, required: false
  private _passwordWo?: string;
  /**
  * @deprecated Write-only: the provider never returns this value; reading it always yields null by protocol contract. The getter remains for compatibility and will be removed in a future prebuilt-provider major.
  */
  public get passwordWo() {
    return this.getStringAttribute('password_wo');
  }
  public set passwordWo(value: string) {
    this._passwordWo = value;
  }
  public resetPasswordWo() {
    this._passwordWo = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get passwordWoInput() {
    return this._passwordWo;
  }

  // password_wo_version - computed: false, optional: true, required: false
  private _passwordWoVersion?: number;
  public get passwordWoVersion() {
    return this.getNumberAttribute('password_wo_version');
  }
  public set passwordWoVersion(value: number) {
    this._passwordWoVersion = value;
  }
  public resetPasswordWoVersion() {
    this._passwordWoVersion = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get passwordWoVersionInput() {
    return this._passwordWoVersion;
  }

  // registry_url - computed: false, optional: false, required: true
  private _registryUrl?: string;
  public get registryUrl() {
    return this.getStringAttribute('registry_url');
  }
  public set registryUrl(value: string) {
    this._registryUrl = value;
  }
  // Temporarily expose input value. Use with caution.
  public get registryUrlInput() {
    return this._registryUrl;
  }

  // status - computed: true, optional: false, required: false
  public get status() {
    return this.getStringAttribute('status');
  }

  // username - computed: false, optional: false, required: true
  private _username?: string;
  public get username() {
    return this.getStringAttribute('username');
  }
  public set username(value: string) {
    this._username = value;
  }
  // Temporarily expose input value. Use with caution.
  public get usernameInput() {
    return this._username;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      export_credentials: cdktn.booleanToTerraform(this._exportCredentials),
      name: cdktn.stringToTerraform(this._name),
      password: cdktn.stringToTerraform(this._password),
      password_wo: this.markWriteOnlyAttribute(cdktn.stringToTerraform(this._passwordWo)),
      password_wo_version: cdktn.numberToTerraform(this._passwordWoVersion),
      registry_url: cdktn.stringToTerraform(this._registryUrl),
      username: cdktn.stringToTerraform(this._username),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      export_credentials: {
        value: cdktn.booleanToHclTerraform(this._exportCredentials),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
      name: {
        value: cdktn.stringToHclTerraform(this._name),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      password: {
        value: cdktn.stringToHclTerraform(this._password),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      password_wo: {
        value: this.markWriteOnlyAttribute(cdktn.stringToHclTerraform(this._passwordWo)),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      password_wo_version: {
        value: cdktn.numberToHclTerraform(this._passwordWoVersion),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      registry_url: {
        value: cdktn.stringToHclTerraform(this._registryUrl),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      username: {
        value: cdktn.stringToHclTerraform(this._username),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
