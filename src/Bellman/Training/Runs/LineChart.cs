using System.Globalization;
using System.Text;

namespace Bellman;

/// <summary>A line of a chart, with a band around it where there is one.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="X">Where its points lie, ascending.</param>
/// <param name="Y">Their heights.</param>
public sealed record ChartLine(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>The band's lower edge at each point; null for no band.</summary>
    public IReadOnlyList<double>? Low { get; init; }

    /// <summary>The band's upper edge at each point; null for no band.</summary>
    public IReadOnlyList<double>? High { get; init; }

    /// <summary>Whether the band is drawn point by point, as what single episodes did, instead of as an area.</summary>
    public bool Apart { get; init; }
}

/// <summary>Lines over a common axis, drawn as SVG: round numbers on both axes, a colour a line that the colour-blind can tell apart, and a legend.</summary>
public sealed class LineChart
{
    private const double Width = 800, PlotHeight = 354, Left = 72, Right = 20, Bottom = 52, LegendRow = 20;

    // Paul Tol's "bright" scheme, darkened where it would be too light for a line on white.
    private static readonly string[] Colours = ["#0f609b", "#c4403f", "#22863a", "#8a5cb5", "#b37a00", "#1595a8", "#6b6b6b"];

    private readonly List<ChartLine> lines = [];

    /// <summary>What stands above it.</summary>
    public required string Title { get; init; }

    /// <summary>What the horizontal axis counts.</summary>
    public required string XLabel { get; init; }

    /// <summary>What the vertical axis measures.</summary>
    public required string YLabel { get; init; }

    /// <summary>Where the horizontal axis ends; by default with the last point.</summary>
    public double? XMaximum { get; init; }

    /// <summary>What a line stands for, if one legend entry is to do for all; null for a name each.</summary>
    public string? Legend { get; init; }

    /// <summary>Adds a line. Points whose height is not finite are left out.</summary>
    /// <exception cref="ArgumentException">The lists have different lengths.</exception>
    public LineChart Add(ChartLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.Y.Count != line.X.Count || (line.Low?.Count ?? line.X.Count) != line.X.Count || (line.High?.Count ?? line.X.Count) != line.X.Count)
        {
            throw new ArgumentException($"The line '{line.Name}' has {line.X.Count} places and lists of other lengths; give one height for each.", nameof(line));
        }

        var kept = Enumerable.Range(0, line.X.Count).Where(i => double.IsFinite(line.X[i]) && double.IsFinite(line.Y[i])).ToArray();
        lines.Add(line with
        {
            X = [.. kept.Select(i => line.X[i])],
            Y = [.. kept.Select(i => line.Y[i])],
            Low = line.Low is { } low ? [.. kept.Select(i => low[i])] : null,
            High = line.High is { } high ? [.. kept.Select(i => high[i])] : null,
        });
        return this;
    }

    /// <summary>The chart as a whole SVG document.</summary>
    public string ToSvg()
    {
        var heights = lines.SelectMany(line => line.Y.Concat(line.Low ?? []).Concat(line.High ?? [])).Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        var frame = new Frame(
            top: 44 + (LegendRow * LegendRows()),
            ChartScale.Ticks(0, XMaximum ?? lines.SelectMany(line => line.X).DefaultIfEmpty(1).Max()),
            XMaximum ?? lines.SelectMany(line => line.X).DefaultIfEmpty(1).Max(),
            ChartScale.Ticks(heights.Min(), heights.Max()),
            heights.Max());
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {frame.Bottom + Bottom}\" font-family=\"system-ui, sans-serif\" font-size=\"13\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"26\" font-size=\"16\" font-weight=\"600\" fill=\"#1f2933\">{Escape(Title)}</text>\n");
        DrawAxes(svg, frame);
        for (var i = 0; i < lines.Count; i++)
        {
            DrawBand(svg, frame, lines[i], Colours[i % Colours.Length]);
        }

        for (var i = 0; i < lines.Count; i++)
        {
            // Beyond the colours, dashes tell lines apart.
            var dashes = i < Colours.Length ? "" : " stroke-dasharray=\"6 3\"";
            svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{Points(frame, lines[i].X, lines[i].Y)}\" fill=\"none\" stroke=\"{Colours[i % Colours.Length]}\" stroke-width=\"2\" stroke-linejoin=\"round\"{dashes}/>\n");
            if (lines[i].X.Count == 1)
            {
                // A line of one point would not be seen.
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{frame.X(lines[i].X[0]):0.0}\" cy=\"{frame.Y(lines[i].Y[0]):0.0}\" r=\"4\" fill=\"{Colours[i % Colours.Length]}\"/>\n");
            }
        }

        DrawLegend(svg);
        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawBand(StringBuilder svg, Frame frame, ChartLine line, string colour)
    {
        if (line.Low is not { } low || line.High is not { } high || line.X.Count == 0)
        {
            return;
        }

        if (line.Apart)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g stroke=\"{colour}\" stroke-opacity=\"0.3\" stroke-width=\"2.5\" stroke-linecap=\"round\">\n");
            for (var i = 0; i < line.X.Count; i++)
            {
                // A bar of no height is a dot.
                if (low[i] == high[i])
                {
                    svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{frame.X(line.X[i]):0.0}\" cy=\"{frame.Y(low[i]):0.0}\" r=\"1.5\" fill=\"{colour}\" fill-opacity=\"0.5\"/>");
                    continue;
                }

                svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{frame.X(line.X[i]):0.0}\" x2=\"{frame.X(line.X[i]):0.0}\" y1=\"{frame.Y(low[i]):0.0}\" y2=\"{frame.Y(high[i]):0.0}\"/>");
            }

            svg.Append("\n</g>\n");
        }
        else
        {
            svg.Append(CultureInfo.InvariantCulture, $"<polygon points=\"{Points(frame, line.X, high)} {Points(frame, [.. line.X.Reverse()], [.. low.Reverse()])}\" fill=\"{colour}\" fill-opacity=\"0.16\"/>\n");
        }
    }

    private static string Points(Frame frame, IReadOnlyList<double> x, IReadOnlyList<double> y) =>
        string.Join(' ', x.Zip(y).Select(point => string.Create(CultureInfo.InvariantCulture, $"{frame.X(point.First):0.0},{frame.Y(point.Second):0.0}")));

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static double Largest(IReadOnlyList<double> ticks) => Math.Max(Math.Abs(ticks[0]), Math.Abs(ticks[^1]));

    // A guess at how wide a text is: enough to break lines of a legend.
    private static double TextWidth(string text) => 34 + text.Sum(letter => char.IsUpper(letter) || letter is 'm' or 'w' or '%' ? 10 : 7.2);

    private void DrawAxes(StringBuilder svg, Frame frame)
    {
        foreach (var tick in frame.YTicks)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{frame.Y(tick):0.0}\" y2=\"{frame.Y(tick):0.0}\" stroke=\"#e4e7eb\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{frame.Y(tick) + 4:0.0}\" text-anchor=\"end\" fill=\"#52606d\">{ChartScale.Label(tick, Largest(frame.YTicks))}</text>\n");
        }

        foreach (var tick in frame.XTicks.Where(tick => tick <= frame.XEnd * 1.0001))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{frame.X(tick):0.0}\" x2=\"{frame.X(tick):0.0}\" y1=\"{frame.Bottom}\" y2=\"{frame.Bottom + 5}\" stroke=\"#9aa5b1\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{frame.X(tick):0.0}\" y=\"{frame.Bottom + 20}\" text-anchor=\"middle\" fill=\"#52606d\">{ChartScale.Label(tick, Largest(frame.XTicks))}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{frame.Bottom}\" y2=\"{frame.Bottom}\" stroke=\"#9aa5b1\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{frame.Bottom + 40}\" text-anchor=\"middle\" fill=\"#52606d\">{Escape(XLabel)}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(18 {frame.Bottom - (PlotHeight / 2)}) rotate(-90)\" text-anchor=\"middle\" fill=\"#52606d\">{Escape(YLabel)}</text>\n");
    }

    private void DrawLegend(StringBuilder svg)
    {
        if (Legend is not null)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - Right}\" y=\"26\" text-anchor=\"end\" fill=\"#52606d\">{Escape(Legend)}</text>\n");
            return;
        }

        foreach (var (line, index, x, row) in LegendPlaces())
        {
            var y = 48 + (LegendRow * row);
            var dashes = index < Colours.Length ? "" : " stroke-dasharray=\"6 3\"";
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x:0}\" x2=\"{x + 18:0}\" y1=\"{y - 4}\" y2=\"{y - 4}\" stroke=\"{Colours[index % Colours.Length]}\" stroke-width=\"3\"{dashes}/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 24:0}\" y=\"{y}\" fill=\"#323f4b\">{Escape(line.Name)}</text>\n");
        }
    }

    private int LegendRows() => Legend is not null || lines.Count == 0 ? 0 : LegendPlaces().Max(place => place.Row) + 1;

    private IEnumerable<(ChartLine Line, int Index, double X, int Row)> LegendPlaces()
    {
        var (x, row) = (Left, 0);
        for (var i = 0; i < lines.Count; i++)
        {
            var width = TextWidth(lines[i].Name);
            if (x > Left && x + width > Width - Right)
            {
                (x, row) = (Left, row + 1);
            }

            yield return (lines[i], i, x, row);
            x += width;
        }
    }

    /// <summary>Where numbers lie on the page.</summary>
    private sealed class Frame(double top, IReadOnlyList<double> xTicks, double xEnd, IReadOnlyList<double> yTicks, double yEnd)
    {
        private readonly double high = Math.Max(yTicks[^1], yEnd), low = yTicks[0];

        public double Bottom => top + PlotHeight;

        public double XEnd => xEnd;

        public IReadOnlyList<double> XTicks => xTicks;

        public IReadOnlyList<double> YTicks => yTicks;

        public double X(double value) => Left + (value / (xEnd > 0 ? xEnd : 1) * (Width - Left - Right));

        public double Y(double value) => Bottom - ((Math.Clamp(value, low, high) - low) / (high - low) * PlotHeight);
    }
}
