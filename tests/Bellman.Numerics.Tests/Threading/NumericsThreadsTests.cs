namespace Bellman.Numerics.Tests.Threading;

public sealed class NumericsThreadsTests : IDisposable
{
    public void Dispose() => NumericsThreads.Count = 1;

    [Fact]
    public void Threads_DoNotChangeTheBits_OfAWeightAverage()
    {
        var one = Average();
        NumericsThreads.Count = 3;
        using var hot = NumericsThreads.Hot();
        Assert.Equal(one, Average());

        static float[] Average()
        {
            var random = new SplittableRandom(4);
            Parameter source = new("w", 70_001), copy = new("w", 70_001);
            var average = new WeightAverage([source], [copy]);
            var values = new float[source.Count];
            for (var step = 0; step < 3; step++)
            {
                random.Normal(values);
                source.CopyFrom(values);
                average.Update(0.1);
            }

            return copy.Values.ToArray();
        }
    }

    [Theory]
    [InlineData(256, 64, 64, false)]
    [InlineData(257, 64, 65, true)]
    [InlineData(2000, 3, 600, false)]
    [InlineData(2000, 5, 600, true)]
    [InlineData(300, 500, 700, false)]
    public unsafe void Threads_DoNotChangeTheBits(int m, int n, int k, bool transposeA)
    {
        var random = new Random(1);
        using var a = new Kernels.GuardedMatrix(transposeA ? k : m, transposeA ? m : k, 0, random);
        using var b = new Kernels.GuardedMatrix(k, n, 0, random);
        using var one = new Kernels.GuardedMatrix(m, n, 0, null);
        Gemm.Run(transposeA, false, m, n, k, a.Pointer, a.Stride, b.Pointer, n, one.Pointer, n, null, 0, GemmActivation.Relu);
        foreach (var count in new[] { 2, 3, 5 })
        {
            NumericsThreads.Count = count;
            using var hot = NumericsThreads.Hot();
            using var many = new Kernels.GuardedMatrix(m, n, 0, null);
            Gemm.Run(transposeA, false, m, n, k, a.Pointer, a.Stride, b.Pointer, n, many.Pointer, n, null, 0, GemmActivation.Relu);
            Assert.True(new ReadOnlySpan<int>(one.Pointer, m * n).SequenceEqual(new ReadOnlySpan<int>(many.Pointer, m * n)), $"{count} threads");
            Assert.True(many.GuardsAreIntact);
        }
    }

    [Fact]
    public void Threads_DoNotChangeTheBitsOfConvolutionsPoolingsAndBatchNorms()
    {
        var images = new float[24 * 20 * 22 * 19];
        new SplittableRandom(3).Normal(images);
        var one = Gradients();
        foreach (var count in new[] { 2, 3, 5 })
        {
            NumericsThreads.Count = count;
            using var hot = NumericsThreads.Hot();
            Assert.Equal(one, Gradients());
        }

        // A gradient towards the images too; everything is large enough to be split.
        float[] Gradients()
        {
            var random = new SplittableRandom(5);
            var start = new Parameter("images", (24, 20, 22, 19));
            start.CopyFrom(images);
            var layers = new Sequential(
                new Conv2d("a", 19, 33, (3, 4), 1, 1, Activation.Relu, Initializer.KaimingUniform(), random),
                new BatchNorm("b", 33),
                new MaxPool2d(3, 2, 1),
                new Conv2d("c", 33, 24, 3, 1, 0, Activation.Tanh, Initializer.KaimingUniform(), random),
                new AveragePool2d(3, 1, 1));
            var optimizer = new Sgd([start, .. layers.Parameters], 1);
            using var tape = new Tape();
            var output = layers.Forward(tape.Use(start));
            optimizer.Backward(output.Square().Sum());
            return [.. output.Values, .. start.Gradient, .. layers.Parameters.SelectMany(parameter => parameter.Gradient.ToArray())];
        }
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 100)]
    [InlineData(7, 3)]
    [InlineData(4, 1001)]
    public unsafe void EveryRow_IsDoneOnce_HotOrParked(int threads, int rows)
    {
        NumericsThreads.Count = threads;
        var visits = stackalloc int[rows];
        for (var round = 0; round < 2000; round++)
        {
            // Scopes come and go, so that jobs meet helpers that spin, that park and that are about to.
            using var hot = round % 7 < 3 ? NumericsThreads.Hot() : default;
            NumericsThreads.SplitRows(rows, &Visit, visits);
        }

        for (var row = 0; row < rows; row++)
        {
            Assert.Equal(2000, visits[row]);
        }
    }

    [Fact]
    public async Task Callers_OnTwoThreads_WhileTheCountChanges_LoseNoRow()
    {
        NumericsThreads.Count = 3;
        var callers = Task.WhenAll(Task.Run(CountVisits), Task.Run(CountVisits));
        for (var i = 0; i < 50; i++)
        {
            NumericsThreads.Count = 1 + (i % 4);
        }

        var visits = await callers.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.All(visits.SelectMany(rows => rows), count => Assert.Equal(3000, count));
    }

    [Fact]
    public unsafe void Splitting_AllocatesNothing()
    {
        NumericsThreads.Count = 2;
        var visits = stackalloc int[8];
        NumericsThreads.SplitRows(8, &Visit, visits);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            using var hot = NumericsThreads.Hot();
            NumericsThreads.SplitRows(8, &Visit, visits);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(2000)]
    public void Count_OutOfRange_IsRefused(int count) => Assert.Throws<ArgumentOutOfRangeException>(() => NumericsThreads.Count = count);

    private static unsafe int[] CountVisits()
    {
        const int rows = 64;
        var visits = stackalloc int[rows];
        for (var round = 0; round < 3000; round++)
        {
            using var hot = NumericsThreads.Hot();
            NumericsThreads.SplitRows(rows, &Visit, visits);
        }

        return new Span<int>(visits, rows).ToArray();
    }

    private static unsafe void Visit(void* visits, nint start, nint end)
    {
        for (var row = start; row < end; row++)
        {
            ((int*)visits)[row]++;
        }
    }
}
