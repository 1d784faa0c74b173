using static Bellman.Numerics.Tests.Twins;

namespace Bellman.Numerics.Tests;

/// <summary>Cross-entropy over chunks of a vocabulary.</summary>
[Trait("Category", "Kernels")]
public sealed class VocabularyTests
{
    [Theory]
    [InlineData(5, 3, 7, false)]
    [InlineData(5, 3, 7, true)]
    [InlineData(3, 1, 1030, false)]
    [InlineData(3, 1, 1030, true)]
    [InlineData(260, 2, 5, false)]
    public void TokenLogProbabilities_EqualTheirDoubleTwin(int rows, int width, int vocabulary, bool transposed)
    {
        var targets = Targets(rows, vocabulary);
        GradientCheck.Run(
            [(rows, width), transposed ? (vocabulary, width) : (width, vocabulary)],
            x => x[0].TokenLogProbabilities(x[1], x[0].Tape.Indices(targets), transposed),
            x => Twin(x[0], x[1], targets, rows, width, vocabulary, transposed));
    }

    [Fact]
    public void CrossEntropy_IsTheMeanOverRowsThatCount()
    {
        int[] targets = [3, -1, 0, -1, 2];
        GradientCheck.Run(
            [(5, 3), (3, 7)],
            x => x[0].CrossEntropy(x[1], x[0].Tape.Indices(targets), ignoreIndex: -1),
            x => [-Twin(x[0], x[1], targets, 5, 3, 7, false).Sum() / 3]);
    }

    [Fact]
    public void HugeLogits_DoNotOverflow()
    {
        using var tape = new Tape();
        var loss = tape.Input([1000, -1000], (2, 1)).TokenLogProbabilities(tape.Input([1, 2], (1, 2)), tape.Indices([1, 1]));
        Assert.Equal([0, -1000], loss.Values.ToArray());
    }

    [Fact]
    public void Targets_AreChecked()
    {
        using var tape = new Tape();
        Tensor hidden = tape.Fill(1, (2, 3)), weight = tape.Fill(1, (3, 4));
        Assert.Contains("Target 4 of row 1", Assert.Throws<ArgumentException>(() => hidden.CrossEntropy(weight, tape.Indices([0, 4]))).Message);
        Assert.Contains("nothing to take the mean of", Assert.Throws<ArgumentException>(() => hidden.CrossEntropy(weight, tape.Indices([-100, -100]))).Message);
        Assert.Contains("3 targets", Assert.Throws<ArgumentException>(() => hidden.CrossEntropy(weight, tape.Indices([0, 0, 0]))).Message);
    }

    [Fact]
    public void Row_HasTheSameBits_AloneAndAmongOthers()
    {
        var random = new SplittableRandom(1);
        float[] hidden = Uniform(300 * 8), weight = Uniform(8 * 2500);
        var targets = Targets(300, 2500);
        using var tape = new Tape();
        var table = tape.Input(weight, (8, 2500));
        var together = tape.Input(hidden, (300, 8)).TokenLogProbabilities(table, tape.Indices(targets)).Values.ToArray();
        foreach (var row in new[] { 0, 1, 255, 256, 299 })
        {
            Assert.Equal(together[row], tape.Input(hidden.AsSpan(row * 8, 8), (1, 8)).TokenLogProbabilities(table, tape.Indices([targets[row]])).Item);
        }

        float[] Uniform(int count) => [.. Enumerable.Range(0, count).Select(_ => (4 * random.NextSingle()) - 2)];
    }

    private static int[] Targets(int rows, int vocabulary) => [.. Enumerable.Range(0, rows).Select(r => r == 1 ? -100 : (int)((r * 7919L) + vocabulary - 1) % vocabulary)];

    private static double[] Twin(double[] hidden, double[] weight, int[] targets, int rows, int width, int vocabulary, bool transposed)
    {
        var logits = Product(hidden, weight, rows, width, vocabulary, transposed);
        return Map(rows, r => targets[r] < 0 ? 0 : logits[(r * vocabulary) + targets[r]] - LogSumExp(Row(logits, r, vocabulary)));
    }
}
