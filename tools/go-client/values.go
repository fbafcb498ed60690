// Values of messages as JSON: what the protocol sends as MessagePack, go-cty reads and writes.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"github.com/zclconf/go-cty/cty/msgpack"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const unknownMark = "$unknown"

type conversion struct {
	value cty.Type
	named map[string]cty.Type
}

func newConversion(value json.RawMessage, named map[string]json.RawMessage) (conversion, error) {
	types := conversion{cty.DynamicPseudoType, map[string]cty.Type{}}
	if len(value) > 0 {
		found, err := ctyjson.UnmarshalType(value)
		if err != nil {
			return types, err
		}
		types.value = found
	}
	for name, text := range named {
		found, err := ctyjson.UnmarshalType(text)
		if err != nil {
			return types, err
		}
		types.named[name] = found
	}
	return types, nil
}

func (c conversion) fill(message proto.Message, text json.RawMessage) error {
	if len(text) == 0 {
		return nil
	}
	var content any
	if err := json.Unmarshal(text, &content); err != nil {
		return err
	}
	converted, err := c.walk(content, message.ProtoReflect().Descriptor(), c.encode)
	if err != nil {
		return err
	}
	encoded, err := json.Marshal(converted)
	if err != nil {
		return err
	}
	return protojson.Unmarshal(encoded, message)
}

func (c conversion) print(message proto.Message) (any, error) {
	text, err := printing.Marshal(message)
	if err != nil {
		return nil, err
	}
	var content any
	if err := json.Unmarshal(text, &content); err != nil {
		return nil, err
	}
	return c.walk(content, message.ProtoReflect().Descriptor(), decode)
}

// Replaces every DynamicValue below a message by what `each` makes of it.
func (c conversion) walk(content any, of protoreflect.MessageDescriptor, each func(any, cty.Type) (any, error)) (any, error) {
	if list, isList := content.([]any); isList {
		for index, item := range list {
			converted, err := c.walk(item, of, each)
			if err != nil {
				return nil, err
			}
			list[index] = converted
		}
		return list, nil
	}
	object, isObject := content.(map[string]any)
	if content == nil || !isObject {
		return content, nil
	}
	for name, item := range object {
		field := of.Fields().ByJSONName(name)
		if field == nil || field.Message() == nil || field.IsMap() {
			continue
		}
		var err error
		if field.Message().FullName() == "tfplugin6.DynamicValue" {
			object[name], err = c.convert(item, field, each)
		} else {
			object[name], err = c.walk(item, field.Message(), each)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return object, nil
}

func (c conversion) convert(item any, field protoreflect.FieldDescriptor, each func(any, cty.Type) (any, error)) (any, error) {
	of, isNamed := c.named[field.JSONName()]
	if !isNamed {
		of = c.value
	}
	list, isList := item.([]any)
	if !field.IsList() || !isList {
		return each(item, of)
	}
	for index := range list {
		converted, err := each(list[index], of)
		if err != nil {
			return nil, err
		}
		list[index] = converted
	}
	return list, nil
}

func (conversion) encode(item any, of cty.Type) (any, error) {
	value, err := toValue(item, of)
	if err != nil {
		return nil, err
	}
	bytes, err := msgpack.Marshal(value, of)
	return map[string]any{"msgpack": base64.StdEncoding.EncodeToString(bytes)}, err
}

func decode(item any, of cty.Type) (any, error) {
	if item == nil {
		return nil, nil
	}
	text, _ := item.(map[string]any)["msgpack"].(string)
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(bytes) == 0 {
		return nil, err
	}
	value, err := msgpack.Unmarshal(bytes, of)
	if err != nil {
		return nil, err
	}
	return fromValue(value)
}

func toValue(item any, of cty.Type) (cty.Value, error) {
	if item == unknownMark {
		return cty.UnknownVal(of), nil
	}
	object, isObject := item.(map[string]any)
	if !isObject || !of.IsObjectType() {
		text, err := json.Marshal(item)
		if err != nil {
			return cty.NilVal, err
		}
		return ctyjson.Unmarshal(text, of)
	}
	attributes := map[string]cty.Value{}
	for name, attribute := range of.AttributeTypes() {
		value, err := toValue(object[name], attribute)
		if err != nil {
			return cty.NilVal, fmt.Errorf("%s: %w", name, err)
		}
		attributes[name] = value
	}
	return cty.ObjectVal(attributes), nil
}

func fromValue(value cty.Value) (any, error) {
	if !value.IsKnown() {
		return unknownMark, nil
	}
	if !value.IsNull() && value.Type().IsObjectType() {
		object := map[string]any{}
		for name, attribute := range value.AsValueMap() {
			converted, err := fromValue(attribute)
			if err != nil {
				return nil, err
			}
			object[name] = converted
		}
		return object, nil
	}
	text, err := ctyjson.Marshal(value, value.Type())
	return json.RawMessage(text), err
}
