using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bellman;

/// <summary>Spaces as JSON, so that a policy's file says what it sees and does. Infinite bounds are the strings "Infinity" and "-Infinity".</summary>
internal static class SpaceJson
{
    // More elements than any observation has; a damaged size shall not take memory.
    private const int MaximumElements = 1 << 22;

    public static JsonObject Write(Space space) => space switch
    {
        BoxSpace box => new JsonObject
        {
            ["type"] = "box",
            ["element"] = box.Type == ElementType.Byte ? "uint8" : "float32",
            ["shape"] = Numbers(box.Shape),
            ["low"] = Bounds(box.Low),
            ["high"] = Bounds(box.High),
        },
        DiscreteSpace discrete => new JsonObject { ["type"] = "discrete", ["count"] = discrete.Count, ["start"] = discrete.Start },
        MultiDiscreteSpace several => new JsonObject { ["type"] = "multi_discrete", ["counts"] = Numbers(several.Counts) },
        MultiBinarySpace bits => new JsonObject { ["type"] = "multi_binary", ["count"] = bits.Count },
        CompositeSpace composite => new JsonObject
        {
            ["type"] = space is TupleSpace ? "tuple" : "dict",
            ["parts"] = new JsonArray([.. composite.Parts.Select(part => new JsonObject { ["name"] = part.Name, ["space"] = Write(part.Space) })]),
        },
        _ => throw new ArgumentException($"{space} has no form in JSON.", nameof(space)),
    };

    /// <exception cref="CheckpointException">It is no space.</exception>
    public static Space ReadFromCheckpoint(JsonNode? json)
    {
        try
        {
            return Read(json!.AsObject());
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException or NullReferenceException or KeyNotFoundException or OverflowException or JsonException)
        {
            throw new CheckpointException("The checkpoint describes a space that is none; the file is damaged, so take another copy.", exception);
        }
    }

    /// <exception cref="FormatException">It is no space; other exceptions of JSON nodes may come too.</exception>
    public static Space Read(JsonObject json)
    {
        switch (json["type"]!.ToString())
        {
            case "box" when json["element"]!.ToString() == "uint8":
                return BoxSpace.Bytes(Shape(json["shape"]!));
            case "box":
                return BoxSpace.Bounded(Floats(json["low"]!), Floats(json["high"]!), Shape(json["shape"]!));
            case "discrete":
                return new DiscreteSpace(Limited((int)json["count"]!), (int)json["start"]!);
            case "multi_discrete":
                return new MultiDiscreteSpace([.. Integers(json["counts"]!).Select(Limited)]);
            case "multi_binary":
                return new MultiBinarySpace(Limited((int)json["count"]!));
            case "tuple":
                return new TupleSpace([.. json["parts"]!.AsArray().Select(part => Read(part!["space"]!.AsObject()))]);
            case "dict":
                return new DictSpace([.. json["parts"]!.AsArray().Select(part => (part!["name"]!.ToString(), Read(part["space"]!.AsObject())))]);
            case var other:
                throw new FormatException($"There is no space of type '{other}'.");
        }
    }

    private static JsonArray Numbers(IEnumerable<int> values) => new([.. values.Select(value => JsonValue.Create(value))]);

    // One number where all bounds are the same: images have many.
    private static JsonNode Bounds(ReadOnlySpan<float> bounds)
    {
        var array = bounds.ToArray();
        return array.Distinct().Count() == 1 ? Bound(array[0]) : new JsonArray([.. array.Select(Bound)]);

        static JsonNode Bound(float value) => float.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(value.ToString(CultureInfo.InvariantCulture));
    }

    private static float[] Floats(JsonNode node) => node is JsonArray array ? [.. array.Select(value => Float(value!))] : [Float(node)];

    private static float Float(JsonNode node) => float.Parse(node.ToString(), CultureInfo.InvariantCulture);

    private static int Limited(int count) => count <= MaximumElements ? count : throw new FormatException($"{count} elements are more than a space has.");

    private static int[] Shape(JsonNode node)
    {
        var shape = Integers(node);
        Limited(shape.Aggregate(1, (product, size) => checked(product * size)));
        return shape;
    }

    private static int[] Integers(JsonNode node) => [.. node.AsArray().Select(value => (int)value!)];
}
