namespace Bellman.Numerics.Tests.Kernels;

public sealed class MachineBenchmarkTests
{
    [Fact]
    public void Measurements_AreOfThePlausibleSize()
    {
        Assert.InRange(MachineBenchmark.FmaPeakGflops(), 0.1, 10_000);
        Assert.InRange(MachineBenchmark.GemmGflops(64), 0.01, 10_000);
        Assert.InRange(MachineBenchmark.TanhNanoseconds(), 0.001, 1000);
    }

    [Fact]
    public void Size_BelowOne_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => MachineBenchmark.GemmGflops(0));
}
