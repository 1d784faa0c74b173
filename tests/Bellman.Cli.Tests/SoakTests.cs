using System.Text.Json;

namespace Bellman.Cli.Tests;

/// <summary>Training does not grow, as <c>bellman bench soak</c> tells; here in short, with as many checkpoints and evaluations as a long run would have.</summary>
public sealed class SoakTests : IDisposable
{
    private readonly CommandProcess command = new();

    [Fact]
    public void WorkingSet_IsFlat_AfterTheFirstTenth()
    {
        var (code, output, error) = command.Run("bench", "soak", "--steps", "500000", "--every", "1000", "--json");
        TestContext.Current.TestOutputHelper!.WriteLine(error);
        Assert.True(code == 0, error);
        var result = JsonDocument.Parse(output).RootElement;
        Assert.True(result.GetProperty("flat").GetBoolean());
        Assert.InRange(result.GetProperty("largestChange").GetDouble(), -0.05, 0.05);
        Assert.Equal(Enumerable.Range(1, 10).Select(tenth => tenth * 50_000L), result.GetProperty("tenths").EnumerateArray().Select(tenth => tenth.GetProperty("steps").GetInt64() / 10_000 * 10_000));
        Assert.All(result.GetProperty("tenths").EnumerateArray(), tenth => Assert.InRange(tenth.GetProperty("workingSet").GetInt64(), 30 << 20, 200 << 20));
    }

    [Fact]
    public void TooFewSteps_AreRefused()
    {
        Assert.Equal((2, "", "--steps is 50; it must be at least 100, to have tenths to look at.\n"), command.Run("bench", "soak", "--steps", "50"));
        Assert.Equal((2, "", "--every is 0; it must be at least 1.\n"), command.Run("bench", "soak", "--every", "0"));
    }

    public void Dispose() => command.Dispose();
}
