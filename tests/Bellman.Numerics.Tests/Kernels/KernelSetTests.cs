using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Bellman.Numerics.Tests;

/// <summary>
/// Runs the kernels' tests again with narrower registers, each in a process of its own, and holds the sets that have FMA to the same bits.
/// </summary>
public sealed class KernelSetTests
{
    private const string Expected = "BELLMAN_EXPECT_KERNEL_SET";
    private const string DigestFile = "BELLMAN_DIGEST_FILE";

    public static TheoryData<string, string, KernelSet> NarrowerSets => new()
    {
        { "DOTNET_EnableAVX512", "0", KernelSet.Avx2 },
        { "DOTNET_EnableAVX2", "0", KernelSet.Vector128 },
        { "DOTNET_EnableHWIntrinsic", "0", KernelSet.Scalar },
    };

    private static bool IsChild => Environment.GetEnvironmentVariable(Expected) is not null;

    [Theory]
    [MemberData(nameof(NarrowerSets))]
    public async Task NarrowerSet_PassesTheKernelTests_InItsOwnProcess(string variable, string value, KernelSet set)
    {
        Assert.SkipWhen(IsChild, "This is such a process already.");
        Assert.SkipWhen(NumericsInfo.KernelSet <= set, $"This machine's widest set is {NumericsInfo.KernelSet}.");
        var digests = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, ["-trait", "Category=Kernels", "-noColor"]) { RedirectStandardOutput = true };
            start.Environment[variable] = value;
            start.Environment[Expected] = set.ToString();
            start.Environment[DigestFile] = digests;
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, output);

            // Sets without FMA round twice where the others round once.
            if (set == KernelSet.Avx2 || (set == KernelSet.Vector128 && AdvSimd.IsSupported))
            {
                Assert.Equal(string.Join('\n', Digests()), await File.ReadAllTextAsync(digests, TestContext.Current.CancellationToken));
            }
        }
        finally
        {
            File.Delete(digests);
        }
    }

    [Fact]
    [Trait("Category", "Kernels")]
    public void Child_UsesTheSetItWasStartedFor_AndLeavesItsDigests()
    {
        Assert.SkipUnless(IsChild, "Only in a process that was started for another kernel set.");
        Assert.Equal(Environment.GetEnvironmentVariable(Expected), NumericsInfo.KernelSet.ToString());
        Assert.Equal(NumericsInfo.KernelSet >= KernelSet.Avx2, Fma.IsSupported || AdvSimd.IsSupported);
        File.WriteAllText(Environment.GetEnvironmentVariable(DigestFile)!, string.Join('\n', Digests()));
    }

    /// <summary>A line for each kind of kernel: its name and the SHA-256 of what it makes of fixed inputs.</summary>
    private static IEnumerable<string> Digests()
    {
        var random = new SplittableRandom(11);
        var x = Uniform(4096);
        yield return Digest("exp", Map<Exponential>(x));
        yield return Digest("log", Map<Logarithm>([.. x.Select(v => Math.Abs(v) + 1e-6f)]));
        yield return Digest("tanh", Map<HyperbolicTangent>(x));
        yield return Digest("sigmoid", Map<Logistic>(x));
        yield return Digest("softplus", Map<SoftplusOf>(x));
        yield return Digest("erf", Map<ErrorFunction>(x));
        yield return Digest("gelu", Map<GaussianGated>(x));
        yield return Digest("gelu by tanh", Map<GaussianGatedByTanh>(x));
        yield return Digest("silu", Map<LogisticGated>(x));
        yield return Digest("elu", Map<ExponentialLinear>(x));

        var (sine, cosine) = DoubleLanesTests.SinesAndCosines([.. x.Select(value => value * 10.0)]);
        yield return Digest("sine and cosine", MemoryMarshal.Cast<double, float>([.. sine, .. cosine]).ToArray());

        using var tape = new Tape();
        foreach (var (m, n, k) in new[] { (64, 64, 64), (7, 33, 300), (1, 64, 64), (13, 2, 64), (64, 1, 5), (40, 70, 3) })
        {
            Tensor a = tape.Input(Uniform(m * k), (m, k)), b = tape.Input(Uniform(k * n), (k, n)), transposed = tape.Input(Uniform(n * k), (n, k));
            yield return Digest($"product {m}x{n}x{k}", a.MatMul(b).Values.ToArray());
            yield return Digest($"transposed product {m}x{n}x{k}", a.MatMul(transposed, transposeOther: true).Values.ToArray());
        }

        var matrix = tape.Input(Uniform(37 * 45), (37, 45));
        yield return Digest("sum", [matrix.Sum().Item, (matrix * matrix).Mean().Item]);
        yield return Digest("row sums", matrix.SumLast().Values.ToArray());
        yield return Digest("column sums", matrix.SumFirst().Values.ToArray());
        yield return Digest("log-softmax", matrix.LogSoftmax().Values.ToArray());

        yield return Digest("layer norm", matrix.LayerNorm(tape.Input(Uniform(45), 45), tape.Input(Uniform(45), 45)).Values.ToArray());
        yield return Digest("RMS norm", matrix.RmsNorm(tape.Input(Uniform(45), 45)).Values.ToArray());
        yield return Digest("Huber", matrix.Huber().Values.ToArray());
        foreach (var (channels, outputs, stride, padding) in new[] { (4, 32, 2, 0), (3, 17, 1, 1), (33, 5, 1, 2) })
        {
            var layers = new Sequential(
                new Conv2d("conv", channels, outputs, 3, stride, padding, Activation.Relu, Initializer.KaimingUniform(), new SplittableRandom(7)),
                new BatchNorm("norm", outputs),
                new MaxPool2d(3, 2, 1),
                new AveragePool2d(2, 1, 1));
            var images = new Parameter("images", (3, 11, 9, channels));
            images.CopyFrom(Uniform(images.Count));
            var towards = new Sgd([images, .. layers.Parameters], 1);
            var pooled = layers.Forward(tape.Use(images));
            towards.Backward(pooled.Square().Sum());
            var name = $"convolution, batch norm and pooling {channels} to {outputs}";
            yield return Digest(name, pooled.Values.ToArray());
            yield return Digest($"{name}, gradients", [.. images.Gradient, .. layers.Parameters.SelectMany(parameter => parameter.Gradient.ToArray())]);
        }

        Tensor sequences = tape.Input(Uniform(2 * 70 * 66), (2, 70, 66)), table = tape.Input(Uniform(45 * 1100), (45, 1100));
        yield return Digest("attention", sequences.SelfAttention(2, causal: true).Values.ToArray());
        yield return Digest("vocabulary", matrix.TokenLogProbabilities(table, tape.Indices([.. Enumerable.Range(0, 37).Select(i => i * 29)])).Values.ToArray());

        // Second derivatives: tangents are made of the operations above, in an order that is theirs.
        var critic = new Mlp("critic", 5, [33], 1, Activation.Tanh, Initializer.Orthogonal(1.4), Initializer.Orthogonal(), new SplittableRandom(4));
        var vector = new ParameterVector(critic.Parameters);
        var points = tape.Input(Uniform(50 * 5), (50, 5));
        var norm = critic.Forward(points).GradientNorm(points);
        var product = Uniform(vector.Count);
        vector.HessianVector(norm.Square().Mean(), product, product);
        yield return Digest("gradient norms", norm.Values.ToArray());
        yield return Digest("Hessian-vector product", product);

        // A whole update: forward, backward, clipping and Adam, ten times.
        var network = new Mlp("net", 5, [64, 33], 3, Activation.Tanh, Initializer.Orthogonal(1.4), Initializer.Orthogonal(), new SplittableRandom(3));
        var optimizer = new Adam(network.Parameters, 1e-2);
        for (var step = 0; step < 10; step++)
        {
            optimizer.Step(network.Forward(tape.Input(Uniform(50 * 5), (50, 5))).LogSoftmax().Square().Mean(), 0.5);
        }

        yield return Digest("updates", [.. network.Parameters.SelectMany(parameter => parameter.Values.ToArray())]);

        // The other optimizers, in groups of their own settings, and an average that follows the weights.
        foreach (var make in new Func<ParameterGroup[], Optimizer>[]
        {
            groups => new Sgd(groups, 1e-2, 0.9, nesterov: true, 0.01), groups => new AdamW(groups, 1e-2), groups => new RmsProp(groups, 1e-3, momentum: 0.5, weightDecay: 0.01),
            groups => new RmsProp(groups, 1e-3, epsilonInsideRoot: true),
        })
        {
            Mlp grouped = new("net", 5, [33], 3, Activation.Tanh, Initializer.Orthogonal(1.4), Initializer.Orthogonal(), new SplittableRandom(3)), copy = new("net", 5, [33], 3, Activation.Tanh, Initializer.Orthogonal(1.4), Initializer.Orthogonal(), new SplittableRandom(4));
            var trainer = make([new([.. grouped.Parameters.Take(2)]) { LearningRateFactor = 0.5 }, new([.. grouped.Parameters.Skip(2)]) { WeightDecay = 0.1 }]);
            var average = new WeightAverage(grouped, copy);
            for (var step = 0; step < 10; step++)
            {
                trainer.Step(grouped.Forward(tape.Input(Uniform(50 * 5), (50, 5))).LogSoftmax().Square().Mean(), 0.5);
                average.Update(0.05);
            }

            yield return Digest($"updates by {trainer.GetType().Name}", [.. grouped.Parameters.Concat(copy.Parameters).SelectMany(parameter => parameter.Values.ToArray())]);
        }

        // The same for a transformer.
        yield return Digest("transformer updates", [.. TransformerTests.Train(steps: 3).Parameters.SelectMany(parameter => parameter.Values.ToArray())]);

        yield return Digest("recurrent updates", RecurrentLayerTests.Train(steps: 3));

        float[] Uniform(int count) => [.. Enumerable.Range(0, count).Select(_ => (8 * random.NextSingle()) - 4)];
    }

    private static string Digest(string name, float[] values) => $"{name} {Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan())))}";

    private static unsafe float[] Map<TOperation>(float[] x) where TOperation : IUnaryOperation
    {
        var memory = AlignedMemory.Allocate(x.Length);
        x.CopyTo(new Span<float>(memory, x.Length));
        KernelDispatch.Run(new UnaryKernel<TOperation>(memory, memory, x.Length));
        var result = new Span<float>(memory, x.Length).ToArray();
        AlignedMemory.Free(memory);
        return result;
    }
}
