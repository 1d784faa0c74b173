namespace Bellman;

/// <summary>
/// A font of straight strokes for ASCII, on a grid on which capitals are 6 high, small letters 4, and two lines lie below the base line.
/// </summary>
internal static class StrokeFont
{
    /// <summary>The height of capitals in units of the grid.</summary>
    public const double CapitalHeight = 6;

    /// <summary>How thick strokes are, in units of the grid.</summary>
    public const double Thickness = 0.8;

    private const double Gap = 2;
    private const double Space = 2.5;

    // From '!' to '~'. A point is a column and a row; rows a and b are those below the base line. A stroke joins the points, a bar begins the next one.
    private static readonly string[] Glyphs =
    [
        "06 02|00 00", "06 04|16 14", "10 16|30 36|02 42|04 44", "45 36 16 05 04 13 33 42 41 30 10 01|27 2a", "00 46|06 16 15 05 06|30 40 41 31 30",
        "40 04 05 16 26 35 34 02 01 10 20 42", "06 04", "17 05 01 1a", "07 15 11 0a", "25 21|04 42|02 44", "21 25|03 43", "10 0a", "03 33", "00 00", "00 37",
        "10 20 31 35 26 16 05 01 10", "05 16 10|00 20", "05 16 36 45 44 00 40", "05 16 36 45 44 33 13|33 42 41 30 10 01", "30 36 02 42", "46 06 03 33 42 41 30 10 01",
        "45 36 16 05 01 10 30 41 42 33 13 02", "06 46 10", "13 33 44 45 36 16 05 04 13 02 01 10 30 41 42 33", "01 10 30 41 45 36 16 05 04 13 33 44", "00 00|03 03", "13 13|10 0a",
        "35 03 31", "02 42|04 44", "05 33 01", "05 16 36 45 44 23 22|20 20", "31 21 12 13 24 34 31 41 44 36 16 05 01 10 40",
        "00 26 40|12 32", "00 06 36 45 44 33 03|33 42 41 30 00", "45 36 16 05 01 10 30 41", "00 06 26 44 42 20 00", "46 06 00 40|03 33", "46 06 00|03 33", "45 36 16 05 01 10 30 41 43 23",
        "00 06|40 46|03 43", "00 06", "36 31 20 10 01", "00 06|46 02|13 40", "06 00 30", "00 06 23 46 40", "00 06 40 46", "10 30 41 45 36 16 05 01 10", "00 06 36 45 44 33 03",
        "10 30 41 45 36 16 05 01 10|22 40", "00 06 36 45 44 33 03|23 40", "45 36 16 05 04 13 33 42 41 30 10 01", "06 46|26 20", "06 01 10 30 41 46", "06 20 46", "06 10 24 30 46",
        "00 46|06 40", "06 23 46|23 20", "06 46 00 40", "17 07 0a 1a", "07 30", "07 17 1a 0a", "14 26 34", "0a 4a", "06 15",
        "34 30|33 24 14 03 01 10 20 31", "06 00|01 10 20 31 33 24 14 03", "33 24 14 03 01 10 20 31", "36 30|33 24 14 03 01 10 20 31", "02 32 33 24 14 03 01 10 30", "26 15 10|04 24",
        "34 3a 2b 0b|33 24 14 03 01 10 20 31", "06 00|03 14 24 33 30", "04 00|06 06", "14 1a 0b|16 16", "06 00|34 01|12 30", "06 01 10", "00 04|03 14 23 20|23 34 43 40",
        "00 04|03 14 24 33 30", "10 20 31 33 24 14 03 01 10", "04 0b|03 14 24 33 31 20 10 01", "34 3b|33 24 14 03 01 10 20 31", "00 04|02 14 24", "34 14 03 12 22 31 20 00", "16 11 20|04 24",
        "04 01 10 20 31|34 30", "04 20 44", "04 10 23 30 44", "04 30|00 34", "04 20|44 1b", "04 34 00 30", "27 16 14 03 12 10 2a", "07 0b", "07 16 14 23 12 10 0a", "03 14 23 34",
    ];

    private static readonly Glyph[] Strokes = [.. Glyphs.Select(Parse)];
    private static readonly Glyph Unknown = Parse("00 06 36 30 00");

    /// <summary>How wide a text is, in units of the grid.</summary>
    public static double Width(string text)
    {
        var width = -Gap;
        foreach (var character in text)
        {
            width += Advance(character);
        }

        return Math.Max(0, width);
    }

    /// <summary>The strokes of a text whose base line begins at the origin, in units of the grid.</summary>
    public static IEnumerable<ScenePoint[]> Write(string text)
    {
        var x = 0.0;
        foreach (var character in text)
        {
            foreach (var stroke in Find(character).Strokes)
            {
                yield return [.. stroke.Select(point => point.Offset(x, 0))];
            }

            x += Advance(character);
        }
    }

    private static double Advance(char character) => Find(character).Width + Gap;

    private static Glyph Find(char character) => character switch
    {
        ' ' or '\u00A0' => new Glyph([], Space - 1),
        '\u2212' or '\u2013' => Strokes['-' - '!'],
        '\u00D7' => Strokes['x' - '!'],
        >= '!' and <= '~' => Strokes[character - '!'],
        _ => Unknown,
    };

    private static Glyph Parse(string text)
    {
        ScenePoint[][] strokes = [.. text.Split('|').Select(stroke => stroke.Split(' ').Select(Point).ToArray())];
        return new Glyph(strokes, strokes.Max(stroke => stroke.Max(point => point.X)));

        static ScenePoint Point(string point) => new(point[0] - '0', point[1] >= 'a' ? 'a' - 1 - point[1] : point[1] - '0');
    }

    private readonly record struct Glyph(ScenePoint[][] Strokes, double Width);
}
