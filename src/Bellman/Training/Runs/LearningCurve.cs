using System.Globalization;
using System.Text;

namespace Bellman;

/// <summary>Returns over environment steps, gathered in a fixed number of bins however long training is, and drawn as SVG.</summary>
/// <param name="totalSteps">Environment steps in all.</param>
public sealed class LearningCurve(long totalSteps)
{
    private const int Bins = 400;
    private const double Width = 800, Height = 450, Left = 72, Right = 20, Top = 44, Bottom = 52;

    private readonly double[] minimum = [.. Enumerable.Repeat(double.PositiveInfinity, Bins)];
    private readonly double[] maximum = [.. Enumerable.Repeat(double.NegativeInfinity, Bins)];
    private readonly double[] rolling = [.. Enumerable.Repeat(double.NaN, Bins)];

    /// <summary>Takes in an episode, with the mean of the last hundred at its end.</summary>
    public void Add(Episode episode, double meanReturn)
    {
        var bin = (int)Math.Clamp(episode.Step * Bins / Math.Max(1, totalSteps), 0, Bins - 1);
        minimum[bin] = Math.Min(minimum[bin], episode.Return);
        maximum[bin] = Math.Max(maximum[bin], episode.Return);
        rolling[bin] = meanReturn;
    }

    /// <summary>The curve as SVG: each bin's range of returns, and the mean of the last hundred episodes.</summary>
    public string ToSvg(string title)
    {
        var filled = Enumerable.Range(0, Bins).Where(bin => minimum[bin] <= maximum[bin]).ToList();
        var (low, high) = filled.Count > 0 ? (filled.Min(bin => minimum[bin]), filled.Max(bin => maximum[bin])) : (0, 1);
        var ticks = Ticks(low, high > low ? high : low + 1);
        (low, high) = (Math.Min(low, ticks[0]), Math.Max(high, ticks[^1]));
        double X(double step) => Left + (step / Math.Max(1, totalSteps) * (Width - Left - Right));
        double Y(double value) => Height - Bottom - ((value - low) / (high - low) * (Height - Top - Bottom));
        double Middle(int bin) => (bin + 0.5) * totalSteps / Bins;

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"system-ui, sans-serif\" font-size=\"13\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"26\" font-size=\"16\" font-weight=\"600\" fill=\"#1f2933\">{Escape(title)}</text>\n");
        foreach (var tick in ticks)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):0.0}\" y2=\"{Y(tick):0.0}\" stroke=\"#e4e7eb\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{Y(tick) + 4:0.0}\" text-anchor=\"end\" fill=\"#52606d\">{Label(tick)}</text>\n");
        }

        foreach (var tick in Ticks(0, totalSteps))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(tick):0.0}\" x2=\"{X(tick):0.0}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom + 5}\" stroke=\"#9aa5b1\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(tick):0.0}\" y=\"{Height - Bottom + 20}\" text-anchor=\"middle\" fill=\"#52606d\">{Label(tick)}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom}\" stroke=\"#9aa5b1\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 12}\" text-anchor=\"middle\" fill=\"#52606d\">environment steps</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(18 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\" fill=\"#52606d\">return of an episode</text>\n");
        if (filled.Count > 0)
        {
            svg.Append("<g stroke=\"#2680c2\" stroke-opacity=\"0.35\" stroke-width=\"2.5\" stroke-linecap=\"round\">\n");
            foreach (var bin in filled)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(Middle(bin)):0.0}\" x2=\"{X(Middle(bin)):0.0}\" y1=\"{Y(minimum[bin]):0.0}\" y2=\"{Y(maximum[bin]):0.0}\"/>");
            }

            svg.Append("\n</g>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{Points(filled.Select(bin => (X(Middle(bin)), Y(rolling[bin]))))}\" fill=\"none\" stroke=\"#0f609b\" stroke-width=\"2\" stroke-linejoin=\"round\"/>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - Right}\" y=\"26\" text-anchor=\"end\" fill=\"#52606d\"><tspan fill=\"#0f609b\">━</tspan> mean of the last 100 · <tspan fill=\"#92bfe0\">│</tspan> single episodes</text>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>Four to eight round numbers that span a range.</summary>
    private static List<double> Ticks(double low, double high)
    {
        var rough = (high - low) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
        var ticks = new List<double>();
        for (var tick = Math.Floor(low / step) * step; tick <= high + (step / 2); tick += step)
        {
            ticks.Add(Math.Round(tick / step) * step);
        }

        return ticks;
    }

    private static string Label(double value) => Math.Abs(value) switch
    {
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1_000_000:0.##}M"),
        >= 10_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1_000:0.##}k"),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    private static string Points(IEnumerable<(double X, double Y)> points) => string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.0},{point.Y:0.0}")));

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
