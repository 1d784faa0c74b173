namespace Bellman.Numerics.Tests;

/// <summary>The vector functions against double precision, on every register width that this process has.</summary>
[Trait("Category", "Kernels")]
public sealed unsafe class VectorMathTests
{
    // Without FMA every multiply-add rounds twice.
    private static readonly double Tolerance = NumericsInfo.KernelSet >= KernelSet.Avx2 ? 3e-7 : 4e-7;

    public static TheoryData<string> Names => [.. Functions.Keys];

    private static readonly Dictionary<string, (Action<float[], float[]> Run, Func<double, double> Exact, double Low, double High)> Functions = new()
    {
        ["Tanh"] = (Apply<HyperbolicTangent>, Math.Tanh, -12, 12),
        ["Exp"] = (Apply<Exponential>, Math.Exp, -87, 88.7),
        ["Log"] = (Apply<Logarithm>, Math.Log, 1e-6, 40),
        ["Sigmoid"] = (Apply<Logistic>, x => 1 / (1 + Math.Exp(-x)), -85, 85),
        ["Softplus"] = (Apply<SoftplusOf>, x => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x))), -85, 85),
        ["Erf"] = (Apply<ErrorFunction>, Erf, -3, 3),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_IsWithinItsBound_OverItsRange(string name)
    {
        var (run, exact, low, high) = Functions[name];
        var x = new float[400_000];
        for (var i = 0; i < x.Length; i++)
        {
            // Half of the points even over the range, half crowding towards 0 over many magnitudes.
            x[i] = i % 2 == 0 ? (float)(low + ((high - low) * i / x.Length)) : (float)(high * Math.Pow(10, -6.0 * i / x.Length) * (low < 0 && i % 4 == 1 ? -1 : 1));
        }

        var y = new float[x.Length];
        run(x, y);
        for (var i = 0; i < x.Length; i++)
        {
            var expected = exact(x[i]);
            var error = Math.Abs(y[i] - expected) / Math.Max(Math.Abs(expected), 1.2e-38);
            Assert.True(error <= Tolerance || Math.Abs(y[i] - expected) <= (name == "Log" ? 4e-8 : 0), $"{name}({x[i]:R}) = {y[i]:R}, expected {expected:R}: relative error {error:E2}");
        }
    }

    [Fact]
    public void SpecialValues_AreAsIeeeAsks()
    {
        const float infinity = float.PositiveInfinity;
        Check<Exponential>((0, 1), (-infinity, 0), (infinity, infinity), (float.NaN, float.NaN), (-200, 0), (100, infinity));
        Check<Logarithm>((1, 0), (0, -infinity), (-1, float.NaN), (infinity, infinity), (float.NaN, float.NaN));
        Check<HyperbolicTangent>((0, 0), (infinity, 1), (-infinity, -1), (float.NaN, float.NaN), (50, 1));
        Check<Logistic>((0, 0.5f), (infinity, 1), (-infinity, 0), (float.NaN, float.NaN));
        Check<SoftplusOf>((infinity, infinity), (-infinity, 0), (float.NaN, float.NaN));
        Check<ErrorFunction>((0, 0), (infinity, 1), (-infinity, -1), (float.NaN, float.NaN));
    }

    [Fact]
    public void Exp_KeepsSubnormalResults()
    {
        float[] x = [-90, -100, -103], y = new float[3];
        Apply<Exponential>(x, y);
        for (var i = 0; i < x.Length; i++)
        {
            Assert.Equal(Math.Exp(x[i]), y[i], 1.5e-45);
        }
    }

    [Fact]
    public void Log_ReadsSubnormals()
    {
        float[] x = [1e-40f, 1.4e-45f], y = new float[2];
        Apply<Logarithm>(x, y);
        Assert.Equal(Math.Log(x[0]), y[0], 1e-5);
        Assert.Equal(Math.Log(x[1]), y[1], 1e-5);
    }

    private static void Check<TOperation>(params (float X, float Y)[] cases) where TOperation : IUnaryOperation
    {
        var y = new float[cases.Length];
        Apply<TOperation>([.. cases.Select(@case => @case.X)], y);
        for (var i = 0; i < cases.Length; i++)
        {
            var exact = cases[i].Y.Equals(y[i]) || (NumericsInfo.KernelSet < KernelSet.Avx2 && Math.Abs(cases[i].Y - y[i]) <= 6e-8f);
            Assert.True(exact, $"{typeof(TOperation).Name}({cases[i].X}) = {y[i]}, expected {cases[i].Y}");
        }
    }

    private static void Apply<TOperation>(float[] x, float[] y) where TOperation : IUnaryOperation
    {
        float* source = AlignedMemory.Allocate(x.Length), destination = AlignedMemory.Allocate(x.Length);
        x.CopyTo(new Span<float>(source, x.Length));
        KernelDispatch.Run(new UnaryKernel<TOperation>(source, destination, x.Length));
        new Span<float>(destination, y.Length).CopyTo(y);
        AlignedMemory.Free(source);
        AlignedMemory.Free(destination);
    }

    // Kahan's: the rounding of 1 + z is divided out again.
    private static double LogOnePlus(double z)
    {
        var sum = 1 + z;
        return sum == 1 ? z : Math.Log(sum) * z / (sum - 1);
    }

    // Maclaurin series, exact to double precision for |x| ≤ 3.
    private static double Erf(double x)
    {
        double term = x, sum = x;
        for (var n = 1; n < 80; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
