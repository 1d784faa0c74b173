using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Policies that are linear in features: what they say, their files, and what is refused.</summary>
public sealed class FeaturePolicyTests : IDisposable
{
    private static readonly BoxSpace Car = new([-1.2f, -0.07f], [0.6f, 0.07f]);
    private static readonly BoxSpace Cart = new([-4.8f, float.NegativeInfinity], [4.8f, float.PositiveInfinity]);

    private readonly string folder = Directory.CreateTempSubdirectory("bellman-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Tiles_SumTheirWeights()
    {
        // Two tilings of 2 x 1 tiles, shifted by half a tile along x and by 3/2, which is half a tile, along y: 3 x 2 tiles each.
        var policy = Make(new BoxSpace([0, 0], [2, 1]), new FeatureSettings { Tiles = [2, 1], Tilings = 2 }, 2);
        Assert.Equal(new Shape(2, 12), policy.Parameters[0].Shape);
        policy.WriteWeights([.. Enumerable.Range(0, 24).Select(weight => Math.Pow(2, weight))]);

        // (0.6, 0.7): tile (0, 0) of the first grid, number 0; shifted (1.1, 1.2), tile (1, 1) of the second, number 6 + 1·2 + 1.
        Assert.Equal([Math.Pow(2, 0) + Math.Pow(2, 9), Math.Pow(2, 12) + Math.Pow(2, 21)], Outputs(policy, 0.6f, 0.7f));

        // (1.4, 0.2): tile (1, 0), number 2; shifted (1.9, 0.7), tile (1, 0), number 8.
        Assert.Equal([Math.Pow(2, 2) + Math.Pow(2, 8), Math.Pow(2, 14) + Math.Pow(2, 20)], Outputs(policy, 1.4f, 0.2f));
    }

    [Fact]
    public void EveryKind_IsSavedAndLoaded_AndActsTheSame()
    {
        foreach (var (space, features) in new (Space, FeatureSettings)[]
        {
            (Car, new FeatureSettings()),
            (Car, new FeatureSettings { Tiles = [4, 5], Tilings = 16, HashedCount = 77 }),
            (Cart, new FeatureSettings { Kind = FeatureKind.RadialBasis, Low = [-2, -3], High = [2, 3], Points = [3, 4], BellWidth = 0.7 }),
            (Cart, new FeatureSettings { Kind = FeatureKind.Polynomial, Low = [-2.4f, -3], High = [2.4f, 3], Degree = 3 }),
            (new DiscreteSpace(5, 2), new FeatureSettings { Kind = FeatureKind.OneHot }),
        })
        {
            var policy = Make(space, features, 3);
            var random = new SplittableRandom(4);
            policy.WriteWeights([.. Enumerable.Range(0, policy.Parameters[0].Values.Length).Select(_ => random.NextDouble() - 0.5)]);
            var path = Path.Combine(folder, "policy");
            policy.Save(path);
            var loaded = Policy.Load(path);
            Assert.Equal(policy.Settings, loaded.Settings);
            Assert.Equal(policy.WeightsSha256, loaded.WeightsSha256);

            var (observations, actions, others) = (new Rows(space.Layout, 50), new Rows(policy.ActionSpace.Layout, 50), new Rows(policy.ActionSpace.Layout, 50));
            var stream = new RandomStream(1);
            for (var row = 0; row < 50; row++)
            {
                space.Sample(stream, observations.Writer(row));
            }

            using var session = policy.CreateSession();
            using var other = loaded.CreateSession();
            session.Act(observations, actions, deterministic: true);
            other.Act(observations, others, deterministic: true);
            Assert.Equal(actions.Integers().ToArray(), others.Integers().ToArray());

            // What it plays is the largest sum of weights times features, in any case.
            var built = features.Build(space);
            var (seen, weights, sums) = (new FeatureRow(built.ActiveCount), policy.ReadWeights(), new float[3]);
            for (var row = 0; row < 50; row++)
            {
                var vector = seen.Compute(built, observations.Reader(row));
                for (var action = 0; action < 3; action++)
                {
                    sums[action] = (float)vector.Dot(weights.AsSpan(action * built.Count, built.Count));
                }

                Assert.Equal(Array.IndexOf(sums, sums.Max()), actions.Integers()[row]);
            }
        }
    }

    [Fact]
    public void Floats_AreActedOn_WithoutMemory()
    {
        var policy = Make(Car, new FeatureSettings(), 3);
        policy.WriteWeights([.. Enumerable.Range(0, policy.Parameters[0].Values.Length).Select(weight => Math.Sin(weight))]);
        using var session = policy.CreateSession();
        float[] observations = [-0.5f, 0, 0.1f, 0.02f, -1, -0.05f];
        var (actions, single) = (new int[3], new int[1]);
        session.Act(observations, actions, deterministic: true);
        for (var row = 0; row < 3; row++)
        {
            session.Act(observations.AsSpan(2 * row, 2), single, deterministic: true);
            Assert.Equal(single[0], actions[row]);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 1000; step++)
        {
            session.Act(observations.AsSpan(0, 2), single, deterministic: step % 2 == 0);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData("""{"kind":"tiles","tiles":[8],"tilings":8,"low":[],"high":[],"points":[5],"bellWidth":1,"degree":2,"hashedCount":2000000000}""", "more weights than")]
    [InlineData("""{"kind":"tiles","tiles":[30000,30000],"tilings":4096,"low":[],"high":[],"points":[5],"bellWidth":1,"degree":2,"hashedCount":0}""", "more weights than")]
    [InlineData("""{"kind":"tiles","tiles":[8],"tilings":2000000000,"low":[],"high":[],"points":[5],"bellWidth":1,"degree":2,"hashedCount":1}""", "tilings lie in 1 to 4096")]
    [InlineData("""{"kind":"polynomial","tiles":[8],"tilings":8,"low":[],"high":[],"points":[5],"bellWidth":1,"degree":2000000000,"hashedCount":0}""", "more weights than")]
    [InlineData("""{"kind":"radialBasis","tiles":[8],"tilings":8,"low":[],"high":[],"points":[100000,100000],"bellWidth":1,"degree":2,"hashedCount":0}""", "more weights than")]
    [InlineData("""{"kind":"tiles","tilings":8}""", "are missing")]
    [InlineData("""{"kind":"7"}""", "no JSON object with the values of FeatureSettings")]
    public void DamagedDescriptions_AreRefused_BeforeTheyTakeMemory(string features, string expected)
    {
        var path = Path.Combine(folder, "policy");
        Make(Car, new FeatureSettings(), 3).Save(path);
        var (checkpoint, damaged) = (Checkpoint.Open(path), new Checkpoint());
        var description = checkpoint.Json("policy.json");
        description["settings"]!["features"] = System.Text.Json.Nodes.JsonNode.Parse(features);
        damaged.Add("policy.json", description).Add("policy.safetensors", [.. checkpoint.Tensors("policy.safetensors").Values]).Save(path);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(expected, Assert.Throws<CheckpointException>(() => Policy.Load(path)).Message, StringComparison.OrdinalIgnoreCase);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Fact]
    public void WhatCannotBe_IsRefusedWithAdvice()
    {
        Assert.Contains("Entry 1 of the observation reaches from", Refusal(Cart, new FeatureSettings()), StringComparison.Ordinal);
        Assert.Contains("one for all", Refusal(Car, new FeatureSettings { Tiles = [1, 2, 3] }), StringComparison.Ordinal);
        Assert.Contains("one-hot features (features=oneHot)", Refusal(new DiscreteSpace(4), new FeatureSettings()), StringComparison.Ordinal);
        Assert.Contains("hashedCount", Refusal(new BoxSpace(0, 1, 12), new FeatureSettings()), StringComparison.Ordinal);
        Assert.Contains("no hidden sizes", Assert.Throws<ArgumentException>(() => new Policy(Car, new DiscreteSpace(2), new PolicySettings { Features = new FeatureSettings() }, new SplittableRandom(1))).Message, StringComparison.Ordinal);

        static string Refusal(Space space, FeatureSettings features) => Assert.Throws<ArgumentException>(() => Make(space, features, 2)).Message;
    }

    private static Policy Make(Space space, FeatureSettings features, int actions) =>
        new(space, new DiscreteSpace(actions), new PolicySettings { HiddenSizes = [], Features = features, Epsilon = 0 }, new SplittableRandom(1));

    private static double[] Outputs(Policy policy, params float[] observation)
    {
        using var tape = new Tape(recording: false);
        var rows = new Rows(policy.ObservationSpace.Layout, 1);
        observation.CopyTo(rows.Floats());
        return [.. policy.Forward(tape, rows, 1).Action.Parameters.Values.ToArray().Select(value => (double)value)];
    }
}
