using System.Globalization;
using Bellman.Numerics;

namespace Bellman;

/// <summary>Arrays of floats, or of bytes for images, each element between its own bounds; bounds may be infinite.</summary>
public sealed class BoxSpace : Space
{
    private readonly float[] low;
    private readonly float[] high;

    /// <summary>Floats that all have the same bounds.</summary>
    /// <param name="low">The least value.</param>
    /// <param name="high">The greatest value.</param>
    /// <param name="shape">The sizes of the axes.</param>
    public BoxSpace(float low, float high, params int[] shape)
        : this(ElementType.Float32, Repeat(low, shape), Repeat(high, shape), shape)
    {
    }

    /// <summary>A vector of floats with bounds of their own.</summary>
    /// <exception cref="ArgumentException">The bounds differ in number, or a lower one exceeds the upper.</exception>
    public BoxSpace(float[] low, float[] high)
        : this(ElementType.Float32, low, high, [low.Length])
    {
    }

    private BoxSpace(ElementType type, float[] low, float[] high, int[] shape)
        : base(OneLeaf(type, Checked(shape)))
    {
        if (low.Length != high.Length)
        {
            throw new ArgumentException($"There are {low.Length} lower and {high.Length} upper bounds; give as many of both.", nameof(high));
        }

        for (var i = 0; i < low.Length; i++)
        {
            if (!(low[i] <= high[i]))
            {
                throw new ArgumentException($"Element {i} has the lower bound {low[i]} and the upper {high[i]}; the lower must not exceed the upper.", nameof(low));
            }
        }

        Type = type;
        Shape = [.. shape];
        this.low = [.. low];
        this.high = [.. high];
    }

    /// <summary>Floats or bytes.</summary>
    public ElementType Type { get; }

    /// <summary>The sizes of the axes; for images <c>[height, width, channels]</c>.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>How many elements.</summary>
    public int Length => low.Length;

    /// <summary>The least value of each element; −∞ where there is none.</summary>
    public ReadOnlySpan<float> Low => low;

    /// <summary>The greatest value of each element; ∞ where there is none.</summary>
    public ReadOnlySpan<float> High => high;

    /// <summary>Floats of any shape with bounds for each element, or one pair of bounds for all.</summary>
    /// <param name="low">One lower bound, or one for each element.</param>
    /// <param name="high">One upper bound, or one for each element.</param>
    /// <param name="shape">The sizes of the axes.</param>
    /// <exception cref="ArgumentException">The bounds do not fit the shape, or a lower one exceeds the upper.</exception>
    public static BoxSpace Bounded(float[] low, float[] high, params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(low);
        ArgumentNullException.ThrowIfNull(high);
        var count = Checked(shape).Aggregate(1, (product, size) => checked(product * size));
        return new BoxSpace(ElementType.Float32, Spread(low), Spread(high), shape);

        float[] Spread(float[] bounds) => bounds.Length == 1 ? Repeat(bounds[0], shape) : bounds.Length == count
            ? bounds
            : throw new ArgumentException($"The shape has {count} elements, but there are {bounds.Length} bounds.", nameof(low));
    }

    /// <summary>Bytes from 0 to 255, as images are.</summary>
    public static BoxSpace Bytes(params int[] shape) => new(ElementType.Byte, Repeat(0, shape), Repeat(255, shape), shape);

    /// <inheritdoc/>
    public override bool Contains(RowReader row)
    {
        if (Type == ElementType.Byte)
        {
            return row.Bytes.Length == Length;
        }

        var values = row.Floats;
        for (var i = 0; i < values.Length; i++)
        {
            if (!(values[i] >= low[i] && values[i] <= high[i]))
            {
                return false;
            }
        }

        return values.Length == Length;
    }

    /// <inheritdoc/>
    public override void Sample(RandomStream random, RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (Type == ElementType.Byte)
        {
            foreach (ref var value in row.Bytes)
            {
                value = (byte)random.Integers(0, 256);
            }

            return;
        }

        var values = row.Floats;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float.IsFinite(low[i]), float.IsFinite(high[i])) switch
            {
                (true, true) => (float)random.Uniform(low[i], high[i]),
                (true, false) => low[i] - (float)Math.Log(1 - random.NextDouble()),
                (false, true) => high[i] + (float)Math.Log(1 - random.NextDouble()),
                _ => (float)random.Normal(),
            };
        }
    }

    /// <inheritdoc/>
    public override bool Equals(Space? other) =>
        other is BoxSpace box && Type == box.Type && Shape.SequenceEqual(box.Shape) && low.AsSpan().SequenceEqual(box.low) && high.AsSpan().SequenceEqual(box.high);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Length, Length > 0 ? low[0] : 0, Length > 0 ? high[0] : 0);

    /// <summary>As Gymnasium prints it: <c>Box(-1.0, 1.0, (3,), float32)</c>.</summary>
    public override string ToString() =>
        $"Box({Bounds(low)}, {Bounds(high)}, ({string.Join(", ", Shape)}{(Shape.Count == 1 ? "," : "")}), {(Type == ElementType.Byte ? "uint8" : "float32")})";

    private static string Bounds(float[] bounds) => bounds.Distinct().Count() == 1
        ? Number(bounds[0])
        : $"[{string.Join(" ", bounds.Select(Number))}]";

    private static string Number(float value) =>
        float.IsInfinity(value) ? (value > 0 ? "inf" : "-inf") : value == MathF.Truncate(value) && MathF.Abs(value) < 1e6f ? value.ToString("0.0", CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture);

    private static float[] Repeat(float value, int[] shape)
    {
        var bounds = new float[Checked(shape).Aggregate(1, (product, size) => checked(product * size))];
        bounds.AsSpan().Fill(value);
        return bounds;
    }

    private static int[] Checked(int[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.Length > 0 && shape.All(size => size > 0)
            ? shape
            : throw new ArgumentException($"A box needs positive sizes, but was given ({string.Join(", ", shape)}).", nameof(shape));
    }
}
