using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Bellman.Numerics.Tests;

/// <summary>What the tape keeps, for how long, and what it says when somebody comes too late.</summary>
public sealed class TapeMemoryTests
{
    [Theory]
    [InlineData(40, 64, 128)]
    [InlineData(12, 300, 100)]
    public void FreedGradients_KeepThePeakOfADeepNetwork_Within13TimesTheActivations(int depth, int batch, int width)
    {
        var network = new Mlp("net", width, [.. Enumerable.Repeat(width, depth)], 1, Activation.Tanh, Initializer.Orthogonal(), Initializer.Orthogonal(), new SplittableRandom(1));
        var optimizer = new Adam(network.Parameters);
        using var tape = new Tape();
        var loss = network.Forward(tape.Fill(0.1f, (batch, width))).Square().Mean();
        var activations = tape.HighWaterMark;
        optimizer.Step(loss);
        TestContext.Current.SendDiagnosticMessage($"activations {activations} bytes, peak {tape.HighWaterMark}");
        Assert.True(tape.HighWaterMark <= 1.3 * activations, $"{tape.HighWaterMark} of {activations} bytes");
    }

    [Fact]
    public void FreedGradients_OfLayersThatGrow_AreMerged()
    {
        // Towards the input the layers widen, so that no freed block alone is large enough.
        int[] widths = [512, 448, 384, 320, 256, 192, 128, 64];
        var network = new Mlp("net", 512, widths, 1, Activation.Tanh, Initializer.Orthogonal(), Initializer.Orthogonal(), new SplittableRandom(1));
        var optimizer = new Adam(network.Parameters);
        using var tape = new Tape();
        var loss = network.Forward(tape.Fill(0.1f, (64, 512))).Square().Mean();
        var activations = tape.HighWaterMark;
        optimizer.Step(loss);
        Assert.True(tape.HighWaterMark <= 1.6 * activations, $"{tape.HighWaterMark} of {activations} bytes");
    }

    [Fact]
    public void Values_OutliveTheBackwardPass_AndSecondPassesEqualFirst()
    {
        var parameter = new Parameter("x", 1000);
        parameter.CopyFrom([.. Enumerable.Range(0, 1000).Select(i => i / 1000f)]);
        var optimizer = new Sgd([parameter], 0);
        using var tape = new Tape();
        var y = tape.Use(parameter).Exp();
        var loss = (y * y).Mean();
        var (values, item) = (y.Values.ToArray(), loss.Item);
        optimizer.Backward(loss);
        var gradient = parameter.Gradient.ToArray();
        optimizer.Apply();
        var later = tape.Fill(3, 5000);
        optimizer.Backward(loss + (0 * later.Sum()));
        Assert.Equal(gradient, parameter.Gradient.ToArray());
        Assert.Equal(values, y.Values.ToArray());
        Assert.Equal(item, loss.Item);
    }

    [Fact]
    public void HighWaterMark_CountsChunksThatWerePassedOver()
    {
        using var tape = new Tape();
        tape.Fill(1, 10 << 20);
        tape.Fill(1, 10 << 20);
        var both = tape.HighWaterMark;
        Assert.True(both >= 2L * (10 << 20) * sizeof(float));
        tape.Reset();
        tape.Fill(1, 16);
        Assert.Equal(both, tape.HighWaterMark);
    }

    [Fact]
    public void TapeUsedFromASecondThread_IsRefusedWithWhatToDo()
    {
        using var tape = new Tape();
        var mine = tape.Fill(1, 3);
        var error = OnAnotherThread(() => mine + 1f);
        Assert.NotNull(error);
        Assert.IsType<InvalidOperationException>(error);
        Assert.Contains("Make a tape for each thread", error.Message);
        Assert.Contains("Reset()", error.Message);

        // Reading is nobody's harm, and handing the tape over is allowed.
        Assert.Null(OnAnotherThread(() => Assert.Equal(1, mine.Values[0])));
        Assert.Null(OnAnotherThread(() =>
        {
            tape.Reset();
            tape.Fill(1, 3);
        }));
        Assert.Throws<InvalidOperationException>(() => tape.Fill(1, 3));
    }

    [Fact]
    public void StaleTensor_IsToldToBeCloned_AndAClonePersists()
    {
        using var tape = new Tape();
        var tensor = tape.Input([1, 2, 3, 4], (2, 2));
        using var kept = tensor.Clone();
        tape.Reset();
        var error = Assert.Throws<InvalidOperationException>(() => tensor + 1f);
        Assert.Contains("used after its tape was reset; keep it with Clone() or CopyTo", error.Message);
        kept.Values[0] = 9;
        Assert.Equal((2, 2), kept.Shape);
        Assert.Equal([9, 2, 3, 4], kept.OnTape(tape).Values.ToArray());
        kept.Dispose();
        Assert.Throws<ObjectDisposedException>(() => kept.Values[0]);
    }

    [Fact]
    public void ShapesThatDoNotCombine_AreToldHowTheyWould()
    {
        using var tape = new Tape();
        var column = Assert.Throws<ArgumentException>(() => tape.Fill(1, 64) * tape.Fill(1, (64, 1)));
        Assert.Contains("Reshape([64, 1]) the one [64]", column.Message);
        var rows = Assert.Throws<ArgumentException>(() => tape.Fill(1, 64) * tape.Fill(1, (64, 3)));
        Assert.Contains("RepeatLast(3) on the one [64]", rows.Message);
        Assert.Contains("Reshape", Assert.Throws<ArgumentException>(() => tape.Fill(1, 64) * tape.Fill(1, 63)).Message);
    }

    [Fact]
    public async Task PoisonedMemory_IsReadByNoKernel()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("BELLMAN_POISON") == "1", "This process is poisoned already.");
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-class-", "*KernelSetTests", "-class-", "*GemmTests", "-class-", "*NumericsThreadsTests", "-noColor"]) { RedirectStandardOutput = true };
        start.Environment["BELLMAN_POISON"] = "1";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        Assert.True(int.Parse(Regex.Match(output, @"Total: (\d+)").Groups[1].Value, CultureInfo.InvariantCulture) > 200, output);
    }

    private static Exception? OnAnotherThread(Action action)
    {
        Exception? caught = null;
        var thread = new Thread(() => caught = Record.Exception(action));
        thread.Start();
        thread.Join();
        return caught;
    }

    private static Exception? OnAnotherThread(Func<Tensor> action) => OnAnotherThread(() => { _ = action(); });
}
