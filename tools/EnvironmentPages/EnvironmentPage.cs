using System.Text;
using Bellman.Cli;

namespace Bellman.Tools;

/// <summary>Writes the page of a task in Markdown, its versions and variants together.</summary>
internal static class EnvironmentPage
{
    /// <summary>The page.</summary>
    /// <param name="sheets">All that stand on it.</param>
    public static string Write(IReadOnlyList<EnvironmentSheet> sheets)
    {
        var (first, text) = (sheets[0].Spec, new StringBuilder());
        text.Append($"# {string.Join(", ", sheets.Select(sheet => sheet.Spec.Id))}\n\n");
        text.Append("<!-- Written by tools/EnvironmentPages from the code and the notes beside it. -->\n\n");
        text.Append($"{first.Description}\n\n![{first.Description}](images/{first.Notes!.Page}.svg)\n\n{first.Notes.Story}\n\n```\n{Commands(first)}```\n");
        foreach (var title in Titles(sheets))
        {
            text.Append($"\n## {title}\n");
            foreach (var (ids, part) in Variants(sheets, title))
            {
                // What is the same for all is said once.
                text.Append(ids.Count < sheets.Count ? $"\n**{string.Join(", ", ids)}**\n" : "");
                text.Append(part.Text.Length > 0 ? $"\n{part.Text}\n" : "");
                text.Append(part.Rows.Count > 0 ? $"\n{Table(part)}" : "");
            }
        }

        return text.ToString();
    }

    /// <summary>The row of a page in the index.</summary>
    public static string IndexRow(IReadOnlyList<EnvironmentSheet> sheets)
    {
        var first = sheets[0].Spec;

        // The spaces alone, which stand between back quotes; variants may differ.
        string Of(string title) => string.Join(", ", sheets.Select(sheet => sheet.Parts.First(part => part.Title == title).Text).Select(text => text[..(text.IndexOf('`', 1) + 1)]).Distinct());
        return $"| [{string.Join(", ", sheets.Select(sheet => sheet.Spec.Id))}](environments/{first.Notes!.Page}.md) | {Cell(first.Description)} | {Of("Observation")} | {Of("Action")} |";
    }

    // In the order of each sheet, also where the first has not all.
    private static List<string> Titles(IReadOnlyList<EnvironmentSheet> sheets)
    {
        var titles = new List<string>();
        foreach (var sheet in sheets)
        {
            var place = 0;
            foreach (var part in sheet.Parts)
            {
                if (titles.IndexOf(part.Title) is >= 0 and var known)
                {
                    place = known + 1;
                }
                else
                {
                    titles.Insert(place++, part.Title);
                }
            }
        }

        return titles;
    }

    private static string Commands(EnvironmentSpec spec) =>
        $"bellman play {spec.Id}{(spec.Heuristic is null ? "" : " --policy heuristic")}\nbellman describe {spec.Id}\nbellman train ppo {spec.Id}\n";

    private static List<(List<string> Ids, SheetPart Part)> Variants(IReadOnlyList<EnvironmentSheet> sheets, string title)
    {
        var variants = new List<(List<string> Ids, SheetPart Part)>();
        foreach (var sheet in sheets)
        {
            foreach (var part in sheet.Parts.Where(part => part.Title == title))
            {
                var same = variants.FindIndex(variant => variant.Part.Says(part));
                if (same >= 0)
                {
                    variants[same].Ids.Add(sheet.Spec.Id);
                }
                else
                {
                    variants.Add(([sheet.Spec.Id], part));
                }
            }
        }

        return variants;
    }

    private static string Table(SheetPart part)
    {
        var text = new StringBuilder($"| {string.Join(" | ", part.Columns)} |\n|{string.Concat(part.Columns.Select(_ => " --- |"))}\n");
        foreach (var row in part.Rows)
        {
            text.Append($"| {string.Join(" | ", row.Select(Cell))} |\n");
        }

        return text.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
