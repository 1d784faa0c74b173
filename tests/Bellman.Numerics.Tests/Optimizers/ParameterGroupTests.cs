namespace Bellman.Numerics.Tests;

/// <summary>Groups of parameters with settings of their own, held to twins in double precision.</summary>
[Trait("Category", "Kernels")]
public sealed class ParameterGroupTests
{
    private const double Decay = 0.05;
    private const int Steps = 30;

    public static TheoryData<string> Kinds => ["SGD", "Momentum", "Nesterov", "Adam", "AdamW", "RMSprop", "RMSpropTF"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EachGroup_TakesItsOwnLearningRateAndDecay_AsTheTwinDoes(string kind)
    {
        var random = new SplittableRandom(7);

        // Sizes with and without padding; the second group has two parameters, the last is frozen.
        Parameter[] parameters = [Weights("a", 5, random), Weights("b", 16, random), Weights("c", (3, 7), random), Weights("d", 1, random), Weights("e", 9, random)];
        (double Factor, double? Decay)[] settings = [(1, null), (0.5, 0), (0.5, 0), (3, 0.2), (0, null)];
        OptimizerTwin[] twins = [.. parameters.Select((parameter, i) => new OptimizerTwin(kind, [.. parameter.Values.ToArray().Select(x => (double)x)], settings[i].Factor, settings[i].Decay ?? Decay))];
        var optimizer = OptimizerTwin.Make(
            kind,
            [
                new([parameters[0]]), new(parameters[1..3]) { LearningRateFactor = 0.5, WeightDecay = 0 },
                new([]), new([parameters[3]]) { LearningRateFactor = 3, WeightDecay = 0.2 }, new([parameters[4]]) { LearningRateFactor = 0 },
            ],
            Decay);
        Assert.Equal(parameters, optimizer.Parameters);
        Assert.Equal([1, 2, 0, 1, 1], optimizer.Groups.Select(group => group.Parameters.Count));
        var frozen = parameters[4].Values.ToArray();
        using var tape = new Tape();
        for (var step = 0; step < Steps; step++)
        {
            tape.Reset();
            optimizer.LearningRate = OptimizerTwin.LearningRate * (1 - (0.5 * step / Steps));
            var gradients = parameters.Select(parameter => Enumerable.Range(0, parameter.Count).Select(_ => random.Normal()).ToArray()).ToArray();
            optimizer.Backward(Loss(tape, parameters, gradients));

            // Clipped as one vector over all groups.
            var norm = optimizer.ClipGradientNorm(4);
            var expected = Math.Sqrt(gradients.Sum(gradient => gradient.Sum(g => (double)g * g)));
            Assert.Equal(expected, norm, 1e-6 * expected);
            optimizer.Apply();
            foreach (var (twin, gradient) in twins.Zip(gradients))
            {
                twin.Step([.. gradient.Select(g => (double)g)], optimizer.LearningRate, Math.Min(1, 4 / (expected + 1e-6)));
            }
        }

        // As one array: a single weight may end near zero, where its rounding on the way is large beside it.
        GradientCheck.AssertClose([.. twins.SelectMany(twin => twin.Weights)], [.. parameters.SelectMany(parameter => parameter.Values.ToArray())], 1e-6, kind);
        Assert.All(parameters.SelectMany(parameter => parameter.Gradient.ToArray()), g => Assert.Equal(0, g));
        Assert.Equal(frozen, parameters[4].Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void GroupsOfEqualSettings_GiveTheBitsOfOneGroup(string kind)
    {
        Assert.Equal(Train(parameters => [new(parameters)]), Train(parameters => [new(parameters[..1]), new(parameters[1..]) { WeightDecay = Decay }]));

        float[] Train(Func<Parameter[], ParameterGroup[]> group)
        {
            var random = new SplittableRandom(3);
            Parameter[] parameters = [Weights("a", 21, random), Weights("b", 40, random), Weights("c", 2, random)];
            var optimizer = OptimizerTwin.Make(kind, group(parameters), Decay);
            using var tape = new Tape();
            for (var step = 0; step < 5; step++)
            {
                tape.Reset();
                optimizer.Step(Loss(tape, parameters, [.. parameters.Select(parameter => Enumerable.Range(0, parameter.Count).Select(_ => random.Normal()).ToArray())]), 1);
            }

            return [.. parameters.SelectMany(parameter => parameter.Values.ToArray())];
        }
    }

    [Fact]
    public void SavedState_OfSeveralGroups_GoesOnWithTheSameBits()
    {
        var (first, second) = (Make(), Make());
        Run(first, 4);
        second.Matrix.CopyFrom(first.Matrix.Values);
        second.Bias.CopyFrom(first.Bias.Values);
        second.Optimizer.LoadState(first.Optimizer.SaveState(), first.Optimizer.Steps);
        Run(first, 4);
        Run(second, 4);
        Assert.Equal(first.Matrix.Values.ToArray(), second.Matrix.Values.ToArray());
        Assert.Equal(first.Bias.Values.ToArray(), second.Bias.Values.ToArray());

        static (AdamW Optimizer, Parameter Matrix, Parameter Bias) Make()
        {
            var random = new SplittableRandom(9);
            Parameter matrix = Weights("matrix", (4, 5), random), bias = Weights("bias", 5, random);
            return (new AdamW([new ParameterGroup([bias]) { WeightDecay = 0 }, new ParameterGroup([matrix]) { LearningRateFactor = 2 }], 0.1), matrix, bias);
        }

        static void Run((AdamW Optimizer, Parameter Matrix, Parameter Bias) model, int steps)
        {
            using var tape = new Tape();
            for (var i = 0; i < steps; i++)
            {
                tape.Reset();
                model.Optimizer.Step(tape.Use(model.Matrix).Square().Mean() + tape.Use(model.Bias).Square().Mean());
            }
        }
    }

    [Fact]
    public void Step_WithGroups_AllocatesNothing()
    {
        var random = new SplittableRandom(5);
        Parameter[] parameters = [Weights("a", 300, random), Weights("b", 7, random)];
        float[][] gradients = [.. parameters.Select(parameter => new float[parameter.Count])];
        foreach (var kind in Kinds.Select(row => row.Data))
        {
            Parameter[] copies = [.. parameters.Select(parameter => new Parameter(parameter.Name, parameter.Shape))];
            var optimizer = OptimizerTwin.Make(kind, [new(copies[..1]), new(copies[1..]) { LearningRateFactor = 2, WeightDecay = 0 }], Decay);
            using var tape = new Tape();
            Run(50);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Run(200);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

            void Run(int steps)
            {
                for (var i = 0; i < steps; i++)
                {
                    tape.Reset();
                    optimizer.Step((tape.Use(copies[0]) * tape.Input(gradients[0], copies[0].Count)).Sum() + tape.Use(copies[1]).Square().Sum(), 0.5);
                }
            }
        }
    }

    [Fact]
    public void WrongGroups_AreRefused_AndNothingIsTaken()
    {
        Parameter free = new("free", 3), owned = new("owned", 3);
        _ = new Sgd([owned], 1);
        Assert.Contains("'owned' belongs to another optimizer", Assert.Throws<ArgumentException>(() => new Adam([free, owned])).Message);
        Assert.Contains("'free' was given twice", Assert.Throws<ArgumentException>(() => new Adam([new ParameterGroup([free]), new ParameterGroup([free])])).Message);
        Assert.Contains("at least one parameter", Assert.Throws<ArgumentException>(() => new Adam([new ParameterGroup([])])).Message);
        Assert.Null(free.Owner);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam([free], learningRate: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam([free], weightDecay: double.NaN));
        Assert.Contains("WeightDecay is -0.1", Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup([free]) { WeightDecay = -0.1 }).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup([free]) { LearningRateFactor = double.PositiveInfinity });
        Assert.Same(free, Assert.Single(new Adam([free]).Parameters));
    }

    internal static Parameter Weights(string name, Shape shape, SplittableRandom random)
    {
        var parameter = new Parameter(name, shape);
        var values = new float[shape.Count];
        random.Normal(values);
        parameter.CopyFrom(values);
        return parameter;
    }

    /// <summary>A loss whose gradients are those given, exactly.</summary>
    internal static Tensor Loss(Tape tape, IReadOnlyList<Parameter> parameters, float[][] gradients)
    {
        var loss = (tape.Use(parameters[0]) * tape.Input(gradients[0], parameters[0].Shape)).Sum();
        for (var i = 1; i < parameters.Count; i++)
        {
            loss += (tape.Use(parameters[i]) * tape.Input(gradients[i], parameters[i].Shape)).Sum();
        }

        return loss;
    }
}
