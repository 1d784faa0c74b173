using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bellman.Cli;

/// <summary>Draws a <see cref="PanelState"/>; a pure function of it and the terminal's width.</summary>
internal static class PanelView
{
    private const int BarWidth = 36, ShortestBar = 10, CurveHeight = 4, NarrowestCurve = 20, Gap = 2;

    // Its border, and a space inside of it on either side.
    private const int Border = 4;

    private static readonly (string Name, string Metric)[] Figures =
    [
        ("loss", "train/loss"), ("value loss", "train/value_loss"), ("policy loss", "train/policy_gradient_loss"), ("entropy", "train/entropy_loss"), ("approx. KL", "train/approx_kl"),
        ("clipped", "train/clip_fraction"), ("explained", "train/explained_variance"), ("gradient", "train/grad_norm"), ("learning rate", "train/learning_rate"), ("deviation", "train/std"), ("TD error", "train/td_error"), ("epsilon", "train/epsilon"),
    ];

    /// <summary>Draws it.</summary>
    /// <param name="state">What is to be seen.</param>
    /// <param name="width">How many columns the terminal has.</param>
    public static IRenderable Draw(PanelState state, int width)
    {
        var inside = Math.Max(1, width - Border);
        var rows = new List<IRenderable> { Progress(state, inside), Speed(state), new Text(""), Returns(state, inside), Losses(state) };
        rows.AddRange(state.Warnings.Select(warning => new Markup($"[yellow]! {Markup.Escape(Capital(warning.What))}.[/] Try: {Markup.Escape(warning.Try)}.")));
        return new Spectre.Console.Panel(new Spectre.Console.Rows(rows)) { Border = BoxBorder.Rounded, BorderStyle = new Style(state.Warnings.Count > 0 ? Color.Yellow : Color.Grey), Expand = false };
    }

    private static Markup Progress(PanelState state, int width)
    {
        var share = Math.Clamp(state.Steps / (double)state.TotalSteps, 0, 1);
        var (percent, rest) = (Text($"{100 * share,3:0} %"), Text($"{state.Steps:N0} of {state.TotalSteps:N0} steps  {Time(state.Elapsed)}, {Time(state.Left)} left"));
        var bar = Math.Clamp(width - percent.Length - rest.Length - 3, ShortestBar, BarWidth);
        var filled = (int)Math.Round(bar * share);
        return new Markup($"[green]{new string('━', filled)}[/][grey]{new string('━', bar - filled)}[/] [bold]{percent}[/]  {rest}");
    }

    private static Markup Speed(PanelState state)
    {
        var all = Math.Max(1e-9, state.Elapsed.TotalSeconds);
        var rest = Math.Max(0, (state.Elapsed - state.Collect - state.Learn - state.Evaluate).TotalSeconds);
        return new Markup(Text($"{state.StepsPerSecond:N0} steps/s  [grey]time:[/] {(state.LearnsWhilePlaying ? Share("play and learn", (state.Collect + state.Learn).TotalSeconds) : $"{Share("collect", state.Collect.TotalSeconds)}  {Share("learn", state.Learn.TotalSeconds)}")}  {Share("evaluate", state.Evaluate.TotalSeconds)}  {Share("other", rest)}"));

        string Share(string name, double seconds) => Text($"{name} {100 * seconds / all:0} %");
    }

    // The curve beside its figures; in a narrow terminal above them.
    private static IRenderable Returns(PanelState state, int width)
    {
        var (low, high) = SmallCurve.Range(state.Curve);
        string[] right =
        [
            $"{Number(high)}",
            $"return [bold]{Number(state.MeanReturn)}[/]" + (state.Metrics.TryGetValue("eval/mean_reward", out var evaluated) && !double.IsNaN(evaluated) ? $", evaluated [bold]{Number(evaluated)}[/]" : ""),
            Text($"length {Number(state.MeanLength)}, {state.Episodes:N0} episodes"),
            $"{Number(low)}",
        ];
        var beside = width - Gap - right.Max(text => Markup.Remove(text).Length) is var room && room >= NarrowestCurve;
        var lines = SmallCurve.Lines(SmallCurve.Narrow(state.Curve, beside ? room : width), CurveHeight);
        if (!beside)
        {
            return new Spectre.Console.Rows([.. lines.Select(line => new Markup($"[blue]{line}[/]")), new Markup($"{right[1]}, {right[2]}")]);
        }

        var grid = new Grid().AddColumn(new GridColumn().NoWrap().Padding(0, 0, Gap, 0)).AddColumn(new GridColumn().NoWrap().Padding(0, 0, 0, 0));
        for (var i = 0; i < CurveHeight; i++)
        {
            grid.AddRow(new Markup($"[blue]{lines[i]}[/]"), new Markup(right[i]));
        }

        return grid;
    }

    private static Markup Losses(PanelState state) => new(string.Join("  ", Figures
        .Where(figure => state.Metrics.ContainsKey(figure.Metric))
        .Select(figure => $"[grey]{figure.Name}[/] {Markup.Escape(Number((figure.Metric == "train/entropy_loss" ? -1 : 1) * state.Metrics[figure.Metric]))}")));

    private static string Number(double value) => Math.Abs(value) switch
    {
        double.NaN => "–",
        >= 100_000 or (> 0 and < 0.001) => value.ToString("0.0e+0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    private static string Time(TimeSpan time) => time.ToString(time.TotalHours >= 1 ? @"d\.hh\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture) is var text && text.StartsWith("0.", StringComparison.Ordinal) ? text[2..] : text;

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
