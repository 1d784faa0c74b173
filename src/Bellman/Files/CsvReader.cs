using System.Text;

namespace Bellman;

/// <summary>One line of a CSV file.</summary>
/// <param name="Line">The line's number in the file, from 1.</param>
/// <param name="Fields">Its fields, as many as the header has.</param>
internal readonly record struct CsvRow(int Line, string[] Fields);

/// <summary>Reads comma-separated values with a header (RFC 4180: fields in quotes may hold commas, doubled quotes and line ends). What is broken is refused with its line.</summary>
internal sealed class CsvReader
{
    private readonly string name;
    private readonly string text;
    private int at;
    private int line = 1;

    private CsvReader(string name, string text)
    {
        (this.name, this.text) = (name, text);
        Header = [.. Record().Select(field => field.Trim())];
    }

    /// <summary>The names of the columns.</summary>
    public string[] Header { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="FormatException">The file is empty.</exception>
    public static CsvReader Open(string path)
    {
        var text = File.ReadAllText(path);
        return string.IsNullOrWhiteSpace(text) ? throw new FormatException($"{Path.GetFileName(path)} is empty; it needs a first line with the names of its columns.") : new CsvReader(Path.GetFileName(path), text);
    }

    /// <summary>The place of the first of these columns that there is, −1 without any.</summary>
    public int Find(params ReadOnlySpan<string> columns)
    {
        foreach (var column in columns)
        {
            if (Array.FindIndex(Header, header => string.Equals(header, column, StringComparison.OrdinalIgnoreCase)) is >= 0 and var place)
            {
                return place;
            }
        }

        return -1;
    }

    /// <summary>The lines after the header; empty ones are skipped.</summary>
    public IEnumerable<CsvRow> Rows()
    {
        while (at < text.Length)
        {
            var number = line;
            var fields = Record();
            if (fields is not [""])
            {
                yield return fields.Count == Header.Length
                    ? new CsvRow(number, [.. fields])
                    : throw new FormatException($"Line {number} of {name} has {fields.Count} fields, but its header has {Header.Length}: {string.Join(",", Header)}.");
            }
        }
    }

    private List<string> Record()
    {
        var fields = new List<string>();
        while (true)
        {
            fields.Add(at < text.Length && text[at] == '"' ? Quoted() : Plain());
            if (at == text.Length)
            {
                return fields;
            }

            var end = text[at++];
            if (end == ',')
            {
                continue;
            }

            at += end == '\r' && at < text.Length && text[at] == '\n' ? 1 : 0;
            line++;
            return fields;
        }
    }

    private string Plain()
    {
        var length = text.AsSpan(at).IndexOfAny(",\r\n");
        var field = length < 0 ? text[at..] : text.Substring(at, length);
        at += field.Length;
        return field;
    }

    private string Quoted()
    {
        var (field, began) = (new StringBuilder(), line);
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"')
            {
                line += text[at] == '\n' ? 1 : 0;
                field.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '"')
            {
                field.Append(text[at++]);
            }
            else
            {
                at++;
                return at == text.Length || text[at] is ',' or '\r' or '\n'
                    ? field.ToString()
                    : throw new FormatException($"Line {line} of {name} goes on after a closing quote; write a quote inside a quoted field twice.");
            }
        }

        throw new FormatException($"A quote opened in line {began} of {name} is never closed.");
    }
}
