using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bellman.Cli;

/// <summary>Draws a <see cref="PanelState"/>; a pure function of it.</summary>
internal static class PanelView
{
    private const int BarWidth = 36, CurveHeight = 4;

    private static readonly (string Name, string Metric)[] Figures =
    [
        ("loss", "train/loss"), ("value loss", "train/value_loss"), ("policy loss", "train/policy_gradient_loss"), ("entropy", "train/entropy_loss"), ("approx. KL", "train/approx_kl"),
        ("clipped", "train/clip_fraction"), ("explained", "train/explained_variance"), ("gradient", "train/grad_norm"), ("learning rate", "train/learning_rate"), ("deviation", "train/std"),
    ];

    public static IRenderable Draw(PanelState state)
    {
        var rows = new List<IRenderable> { Progress(state), Speed(state), new Text(""), Returns(state), Losses(state) };
        rows.AddRange(state.Warnings.Select(warning => new Markup($"[yellow]! {Markup.Escape(Capital(warning.What))}.[/] Try: {Markup.Escape(warning.Try)}.")));
        return new Spectre.Console.Panel(new Spectre.Console.Rows(rows)) { Border = BoxBorder.Rounded, BorderStyle = new Style(state.Warnings.Count > 0 ? Color.Yellow : Color.Grey), Expand = false };
    }

    private static Markup Progress(PanelState state)
    {
        var share = Math.Clamp(state.Steps / (double)state.TotalSteps, 0, 1);
        var filled = (int)Math.Round(BarWidth * share);
        return new Markup(Text($"[green]{new string('━', filled)}[/][grey]{new string('━', BarWidth - filled)}[/] [bold]{100 * share,3:0} %[/]  {state.Steps:N0} of {state.TotalSteps:N0} steps  {Time(state.Elapsed)}, {Time(state.Left)} left"));
    }

    private static Markup Speed(PanelState state)
    {
        var all = Math.Max(1e-9, state.Elapsed.TotalSeconds);
        var rest = Math.Max(0, (state.Elapsed - state.Collect - state.Learn - state.Evaluate).TotalSeconds);
        return new Markup(Text($"{state.StepsPerSecond:N0} steps/s  [grey]time:[/] {Share("collect", state.Collect.TotalSeconds)}  {Share("learn", state.Learn.TotalSeconds)}  {Share("evaluate", state.Evaluate.TotalSeconds)}  {Share("other", rest)}"));

        string Share(string name, double seconds) => Text($"{name} {100 * seconds / all:0} %");
    }

    private static Grid Returns(PanelState state)
    {
        var (low, high) = SmallCurve.Range(state.Curve);
        var lines = SmallCurve.Lines(state.Curve, CurveHeight);
        string[] right =
        [
            $"{Number(high)}",
            $"return [bold]{Number(state.MeanReturn)}[/]" + (state.Metrics.TryGetValue("eval/mean_reward", out var evaluated) && !double.IsNaN(evaluated) ? $", evaluated [bold]{Number(evaluated)}[/]" : ""),
            Text($"length {Number(state.MeanLength)}, {state.Episodes:N0} episodes"),
            $"{Number(low)}",
        ];
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().Padding(0, 0, 2, 0)).AddColumn(new GridColumn().NoWrap());
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
