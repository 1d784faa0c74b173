using Spectre.Console;

namespace Bellman.Cli.Tests;

/// <summary>What the panel shows.</summary>
public sealed class PanelTests
{
    private static readonly char[] Blocks = [.. "▁▂▃▄▅▆▇█"];

    [Fact]
    public void SmallCurve_FillsEighths_FromTheLeastToTheGreatest()
    {
        Assert.Equal(["▁▃▅▆█ "], SmallCurve.Lines([0, 1, 2, 3, 4, double.NaN], 1));
        Assert.Equal(["   ▄█", "▁▄███"], SmallCurve.Lines([0, 3, 7, 11, 15], 2));
        Assert.Equal(["▁▁"], SmallCurve.Lines([5, 5], 1));
        Assert.Equal(["  "], SmallCurve.Lines([double.NaN, double.NaN], 1));
    }

    [Fact]
    public void Panel_ShowsProgressTimeReturnsLossesAndWarnings()
    {
        var state = new PanelState();
        Train("CartPole-v1", 2000, 8000, progress => state.Take(progress, progress.Steps < 8000 ? [] : [new TrainingWarning("entropy collapsed", "the policy's entropy fell", "raise entropyCoefficient")]));
        var text = Render(PanelView.Draw(state, 110), 110);
        Assert.Matches(@"━{36} 100 %  8,192 of 8,000 steps  0:0\d, 0:00 left", text);
        Assert.Matches(@"[\d,]+ steps/s  time: collect \d+ %  learn \d+ %  evaluate \d+ %  other \d+ %", text);
        Assert.Matches(@"▁.*█+ +return \d+\.\d, evaluated \d+", text.Replace("\n", ""));
        Assert.Matches(@"length \d+\.\d, \d+ episodes", text);
        foreach (var figure in new[] { "value loss", "policy loss", "entropy 0.", "approx. KL", "clipped", "explained", "gradient", "learning rate" })
        {
            Assert.Contains(figure, text);
        }

        Assert.Contains("! The policy's entropy fell. Try: raise entropyCoefficient.", text);

        // Nothing is known yet.
        Assert.Contains("0 %", Render(PanelView.Draw(new PanelState(), 40), 40));
    }

    [Theory]
    [InlineData(120, 60, 60)]
    [InlineData(80, 40, 59)]
    [InlineData(60, 20, 39)]
    [InlineData(40, 36, 36)]
    public void Panel_FitsTheTerminal(int width, int least, int most)
    {
        var state = new PanelState();
        Train("CartPole-v1", 2000, 8000, progress => state.Take(progress, []));
        var lines = Render(PanelView.Draw(state, width), width).Split('\n');
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        if (width >= 80)
        {
            Assert.Single(lines, line => line.Contains("━ 100 %  8,192 of 8,000 steps  0:0", StringComparison.Ordinal));
        }

        // Four lines of curve, and the last of them without a gap from the first episode's end on.
        var curve = lines.Where(line => line.AsSpan().ContainsAny(Blocks)).ToList();
        Assert.Equal(4, curve.Count);
        var end = curve[3].LastIndexOfAny(Blocks);
        Assert.InRange(end - 1, least, most);
        Assert.DoesNotContain(' ', curve[3][curve[3].IndexOfAny(Blocks)..end]);
    }

    [Fact]
    public void Curve_OfAFewUpdates_HasNoGaps_AndTablesHaveOneTimeForPlayingAndLearning()
    {
        var state = new PanelState();
        using var agent = (TabularAgent)AlgorithmRegistry.Get("q-learning").Configure(new AlgorithmRequest { Environment = "Taxi-v3", UseTuned = true, Values = [("roundSteps", "500", "--set")] }).Make(VectorEnvironment.Make("Taxi-v3", 1, seed: 1));
        agent.Learn(4000, new Told(progress => state.Take(progress, [])));
        Assert.DoesNotContain(double.NaN, state.Curve[10..].ToArray());
        var text = Render(PanelView.Draw(state, 110), 110);
        Assert.Matches(@"time: play and learn \d+ %  evaluate 0 %  other \d+ %", text);
        Assert.Contains("TD error", text);
        Assert.Contains("epsilon", text);
    }

    [Fact]
    public void Live_DrawsTheLastFrame_AndLetsFailuresThrough()
    {
        var output = new StringWriter();
        var console = Make(output, 100);
        LivePanel.Show(console, report => Train("CartPole-v1", 1000, 1024, report));
        Assert.Contains("1,024 of 1,024 steps", output.ToString());
        Assert.Equal("it failed", Assert.Throws<InvalidOperationException>(() => LivePanel.Show(console, _ => throw new InvalidOperationException("it failed"))).Message);
    }

    private static void Train(string id, long evaluateEvery, long steps, Action<TrainingProgress> report)
    {
        using var ppo = new Ppo(VectorEnvironment.Make(id, 8, seed: 1), PpoSettings.For(id) with { Seed = 1 });
        ppo.Learn(steps, new Told(report), [new EvaluationCallback(id, evaluateEvery) { Episodes = 2 }]);
    }

    private static string Render(Spectre.Console.Rendering.IRenderable panel, int width)
    {
        var output = new StringWriter();
        Make(output, width).Write(panel);
        return output.ToString();
    }

    private static IAnsiConsole Make(TextWriter output, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    private sealed class Told(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
