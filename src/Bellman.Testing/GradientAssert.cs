using System.Globalization;
using Bellman.Numerics;

namespace Bellman.Testing;

/// <summary>Asserts that gradients are the slopes of what is computed, by central differences.</summary>
/// <example>
/// <code>
/// GradientAssert.Function(network.Parameters, tape => network.Forward(tape.Input(x, (8, 4))));
/// GradientAssert.Operation([(3, 4)], t => t[0].Tanh(), x => [.. x[0].Select(Math.Tanh)]);
/// </code>
/// </example>
public static class GradientAssert
{
    // Steps of differences in single precision: large ones drown rounding, small ones stay on one side of a kink. An entry that agrees at one of them, or on one side, is right.
    private static readonly double[] Steps = [2e-2, 5e-3, 1e-3];
    private const double TwinStep = 1e-5;
    private const double TwinDirectionStep = 1e-4;
    private const int Directions = 3;

    /// <summary>
    /// Asserts that the gradient and the tangent of a function of parameters, a module's forward pass or a loss, agree with its own central differences in single precision.
    /// The outputs are summed with different weights in double precision, so that each of them counts.
    /// </summary>
    /// <param name="parameters">What moves; the values are put back at the end. They may belong to an optimizer or to none.</param>
    /// <param name="function">Computes the outputs; it must give the same for the same parameters, so draw no random numbers in it (dropout off).</param>
    /// <param name="settings">How closely; null for the defaults.</param>
    /// <exception cref="BellmanAssertionException">An entry differs; the message names parameter, entry, both slopes.</exception>
    public static void Function(IEnumerable<Parameter> parameters, Func<Tape, Tensor> function, GradientCheckSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        settings ??= new GradientCheckSettings();
        var vector = new ParameterVector(parameters);
        var values = new float[vector.Count];
        vector.CopyTo(values);
        using var tape = new Tape();
        var output = function(tape);
        var weights = Weights(output.Count);
        var gradient = new float[vector.Count];
        vector.Gradient(WeightedSum(output, weights), gradient);
        var middle = Weighted(output.Values, weights);
        var report = new Mismatches();
        try
        {
            var scale = Math.Max(1e-3, gradient.Max(Math.Abs));
            var start = 0;
            foreach (var parameter in vector.Parameters)
            {
                var stride = Math.Max(1, (double)parameter.Count / Math.Max(1, settings.Entries));
                for (var at = 0.0; at < parameter.Count; at += stride)
                {
                    var (direction, entry) = (new double[vector.Count], start + (int)at);
                    direction[entry] = 1;
                    Compare($"the gradient towards '{parameter.Name}', entry {(int)at}", direction, gradient[entry], scale);
                }

                start += parameter.Count;
            }

            var random = new RandomStream(settings.Seed);
            for (var i = 0; i < Directions; i++)
            {
                // Unit vectors: their slope is of the size of a single entry's.
                var direction = Enumerable.Range(0, vector.Count).Select(_ => random.Normal()).ToArray();
                var length = Math.Sqrt(direction.Sum(x => x * x));
                direction = [.. direction.Select(x => x / length)];
                Compare($"the gradient along direction {i}", direction, direction.Zip(gradient, (d, g) => d * g).Sum(), scale);
                if (settings.Tangents)
                {
                    var tangent = vector.JacobianVector(output, [.. direction.Select(x => (float)x)]);
                    Compare($"the tangent along direction {i}", direction, Weighted(tangent.Values, weights), scale);
                }
            }
        }
        finally
        {
            vector.CopyFrom(values);
        }

        report.ThrowIfAny();

        void Compare(string what, double[] direction, double slope, double scale)
        {
            var differences = Steps.SelectMany(h => Differences(direction, h)).ToArray();
            var nearest = differences.MinBy(difference => Math.Abs(difference - slope));
            report.Add(what, nearest, slope, settings.Tolerance * scale);
        }

        // Five points on both sides, three on each: a kink is rarely on both.
        double[] Differences(double[] direction, double h)
        {
            double twoBelow = At(direction, -2 * h), below = At(direction, -h), above = At(direction, h), twoAbove = At(direction, 2 * h);
            return
            [
                ((8 * (above - below)) - (twoAbove - twoBelow)) / (12 * h),
                ((4 * above) - twoAbove - (3 * middle)) / (2 * h),
                ((3 * middle) - (4 * below) + twoBelow) / (2 * h),
            ];
        }

        double At(double[] direction, double h)
        {
            vector.CopyFrom([.. values.Zip(direction, (x, d) => (float)(x + (h * d)))]);
            using var moved = new Tape();
            return Weighted(function(moved).Values, weights);
        }
    }

    /// <summary>Asserts that an operation agrees with its twin in double precision: the forward values, the gradients, and its tangent along a direction.</summary>
    /// <param name="shapes">The inputs' shapes.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="twin">The same in plain double arithmetic, from flat inputs to flat outputs.</param>
    /// <param name="settings">How closely; null for the defaults.</param>
    /// <exception cref="BellmanAssertionException">An element differs; the message names it, what the twin gives and what the operation gave.</exception>
    public static void Operation(Shape[] shapes, Func<Tensor[], Tensor> operation, Func<double[][], double[]> twin, GradientCheckSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(twin);
        settings ??= new GradientCheckSettings();
        var random = new RandomStream(settings.Seed);
        var domain = settings.Domain ?? (x => x);
        var inputs = shapes.Select(shape => Enumerable.Range(0, shape.Count).Select(_ => (double)(float)domain(random.Uniform(-2, 2))).ToArray()).ToArray();
        var parameters = shapes.Select((shape, i) => new Parameter($"input {i}", shape)).ToArray();
        for (var i = 0; i < inputs.Length; i++)
        {
            parameters[i].CopyFrom([.. inputs[i].Select(x => (float)x)]);
        }

        using var tape = new Tape();
        var vector = new ParameterVector(parameters);
        var output = operation([.. parameters.Select(tape.Use)]);
        var report = new Mismatches();
        var expected = twin(inputs);
        report.Add("the forward value", expected, output.Values, settings.ForwardTolerance);
        report.ThrowIfAny();

        var weights = Weights(expected.Length);
        var gradient = new float[vector.Count];
        vector.Gradient(WeightedSum(output, weights), gradient);
        var start = 0;
        for (var p = 0; p < inputs.Length; p++)
        {
            var input = p;
            var differences = Enumerable.Range(0, inputs[p].Length).Select(i => TwinSlope(x => x[input][i], (x, value) => x[input][i] = value)).ToArray();
            report.Add($"the gradient towards input {p}", differences, gradient.AsSpan(start, differences.Length), settings.TwinTolerance);
            start += differences.Length;
        }

        if (settings.Tangents)
        {
            var direction = inputs.Select(input => input.Select(_ => (double)(float)random.Normal()).ToArray()).ToArray();
            var tangent = vector.JacobianVector(output, [.. direction.SelectMany(x => x).Select(x => (float)x)]);
            var (above, below) = (twin(Moved(direction, TwinDirectionStep)), twin(Moved(direction, -TwinDirectionStep)));
            report.Add("the tangent", [.. above.Zip(below, (a, b) => (a - b) / (2 * TwinDirectionStep))], tangent.Values, settings.TwinTolerance);
        }

        report.ThrowIfAny();

        double TwinSlope(Func<double[][], double> get, Action<double[][], double> set)
        {
            var kept = get(inputs);
            set(inputs, kept + TwinStep);
            var above = twin(inputs).Zip(weights, (y, w) => y * w).Sum();
            set(inputs, kept - TwinStep);
            var below = twin(inputs).Zip(weights, (y, w) => y * w).Sum();
            set(inputs, kept);
            return (above - below) / (2 * TwinStep);
        }

        double[][] Moved(double[][] direction, double h) => [.. inputs.Select((input, p) => input.Select((x, i) => x + (h * direction[p][i])).ToArray())];
    }

    // Each output has its own weight: a sum alone would hide gradients that are exchanged.
    private static double[] Weights(int count) => [.. Enumerable.Range(1, count).Select(i => (double)(float)Math.Sin(i))];

    private static Tensor WeightedSum(Tensor output, double[] weights) =>
        (output.Reshape(weights.Length) * output.Tape.Input([.. weights.Select(w => (float)w)], weights.Length)).Sum();

    private static double Weighted(ReadOnlySpan<float> values, double[] weights)
    {
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i] * values[i];
        }

        return sum;
    }

    /// <summary>Gathers entries that differ.</summary>
    private sealed class Mismatches
    {
        private const int Shown = 10;
        private readonly List<string> lines = [];

        public void Add(string what, double[] expected, ReadOnlySpan<float> found, double tolerance)
        {
            if (expected.Length != found.Length)
            {
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{what} has {found.Length} elements, the twin {expected.Length}"));
                return;
            }

            var scale = Math.Max(1e-3, expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max());
            for (var i = 0; i < expected.Length; i++)
            {
                Add(string.Create(CultureInfo.InvariantCulture, $"{what}, element {i}"), expected[i], found[i], tolerance * scale);
            }
        }

        public void Add(string what, double expected, double found, double bound)
        {
            var same = double.IsFinite(expected) ? Math.Abs(expected - found) <= bound : expected.Equals(found);
            if (!same)
            {
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: the slope or value is {expected:G9}, but {found:G9} was computed (off by {Math.Abs(expected - found):G3}, allowed {bound:G3})"));
            }
        }

        public void ThrowIfAny()
        {
            if (lines.Count > 0)
            {
                throw new BellmanAssertionException(string.Join('\n', lines.Take(Shown)) + (lines.Count > Shown ? string.Create(CultureInfo.InvariantCulture, $"\nand {lines.Count - Shown} more") : ""));
            }
        }
    }
}
