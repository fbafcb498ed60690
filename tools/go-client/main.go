// Calls a provider as hosts do, with HashiCorp's own client: go-plugin starts it, and each line of JSON on stdin is one call. A call
// of no method lists them. A value of a message stands in JSON as it is; "$unknown" is the unknown one. Replies come one a line on stdout.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	// Registers the messages of the protocol.
	_ "github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"
)

const maxMessageBytes = 64 << 20

type call struct {
	Method  string          `json:"method"`
	Request json.RawMessage `json:"request"`
	// Types of the values in the request and the reply, as cty writes types in JSON.
	Type json.RawMessage `json:"type"`
	// The types of fields whose values are of another one.
	Types map[string]json.RawMessage `json:"types"`
}

type answer struct {
	Replies []any  `json:"replies,omitempty"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

// The client of a connection, undressed: calls go through the connection itself.
type rawPlugin struct{ plugin.NetRPCUnsupportedPlugin }

func (rawPlugin) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error { return nil }

func (rawPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

func main() {
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(command string, arguments []string) error {
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			MagicCookieKey:   "TF_PLUGIN_MAGIC_COOKIE",
			MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		},
		VersionedPlugins: map[int]plugin.PluginSet{6: {"provider": rawPlugin{}}},
		Cmd:              exec.Command(command, arguments...),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true,
		// It warns of a provider that has to be killed.
		Logger: hclog.New(&hclog.LoggerOptions{Output: os.Stderr, Level: hclog.Warn}),
	})
	defer client.Kill()
	protocol, err := client.Client()
	if err != nil {
		return err
	}
	provider, err := protocol.Dispense("provider")
	if err != nil {
		return err
	}
	return answerAll(provider.(*grpc.ClientConn), os.Stdin, json.NewEncoder(os.Stdout))
}

func answerAll(conn *grpc.ClientConn, in io.Reader, out *json.Encoder) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxMessageBytes)
	for lines.Scan() {
		var asked call
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			return err
		}
		replies, err := invoke(conn, asked)
		reply := answer{Replies: replies}
		if failure, isStatus := status.FromError(err); err != nil && isStatus {
			reply.Code, reply.Message = failure.Code().String(), failure.Message()
		} else if err != nil {
			return fmt.Errorf("%s: %w", asked.Method, err)
		}
		if err := out.Encode(reply); err != nil {
			return err
		}
	}
	return lines.Err()
}

func invoke(conn *grpc.ClientConn, asked call) ([]any, error) {
	found, err := protoregistry.GlobalFiles.FindDescriptorByName("tfplugin6.Provider")
	if err != nil {
		return nil, err
	}
	methods := found.(protoreflect.ServiceDescriptor).Methods()
	if asked.Method == "" {
		return namesOf(methods), nil
	}
	method := methods.ByName(protoreflect.Name(asked.Method))
	if method == nil {
		return nil, fmt.Errorf("the protocol has no such method")
	}
	values, err := newConversion(asked.Type, asked.Types)
	if err != nil {
		return nil, err
	}
	request := dynamicpb.NewMessage(method.Input())
	if err := values.fill(request, asked.Request); err != nil {
		return nil, err
	}
	stream, err := conn.NewStream(
		context.Background(),
		&grpc.StreamDesc{ServerStreams: true},
		"/tfplugin6.Provider/"+asked.Method,
		grpc.MaxCallRecvMsgSize(maxMessageBytes),
		grpc.MaxCallSendMsgSize(maxMessageBytes),
	)
	if err != nil {
		return nil, err
	}
	if err := stream.SendMsg(request); err != nil && err != io.EOF {
		return nil, err
	}
	if err := stream.CloseSend(); err != nil {
		return nil, err
	}
	var replies []any
	for {
		reply := dynamicpb.NewMessage(method.Output())
		if err := stream.RecvMsg(reply); err == io.EOF {
			return replies, nil
		} else if err != nil {
			return replies, err
		}
		printed, err := values.print(reply)
		if err != nil {
			return nil, err
		}
		replies = append(replies, printed)
	}
}

// What the protocol has, for who wants to know whether all was called.
func namesOf(methods protoreflect.MethodDescriptors) []any {
	names := []any{}
	for index := range methods.Len() {
		names = append(names, string(methods.Get(index).Name()))
	}
	return names
}

var printing = protojson.MarshalOptions{EmitUnpopulated: true}
