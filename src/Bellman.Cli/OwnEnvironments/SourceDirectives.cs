using System.Security;
using System.Text;

namespace Bellman.Cli;

/// <summary>The <c>#:package</c>, <c>#:project</c> and <c>#:property</c> lines of a file-based program, as a project's elements.</summary>
/// <param name="Properties">Elements of a property group.</param>
/// <param name="Items">Elements of an item group.</param>
/// <param name="HasProjects">Whether other sources belong to it, so that its own text does not tell whether it is up to date.</param>
internal sealed record SourceDirectives(string Properties, string Items, bool HasProjects)
{
    public static SourceDirectives Read(string source, string folder)
    {
        var (properties, items, projects) = (new StringBuilder(), new StringBuilder(), false);
        foreach (var line in source.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("#:", StringComparison.Ordinal)))
        {
            var (kind, rest) = Cut(line[2..], ' ');
            switch (kind)
            {
                case "package":
                    var (package, version) = Cut(rest, '@');

                    // Bellman itself is the one that runs; a program's reference to it is for when it runs alone.
                    if (!package.StartsWith("Bellman", StringComparison.OrdinalIgnoreCase))
                    {
                        items.AppendLine($"    <PackageReference Include=\"{Escape(package)}\" Version=\"{Escape(version.Length > 0 ? version : "*")}\" />");
                    }

                    break;
                case "project":
                    var path = Path.GetFullPath(Path.Combine(folder, rest));
                    if (!Path.GetFileName(path).StartsWith("Bellman", StringComparison.OrdinalIgnoreCase))
                    {
                        projects = true;
                        items.AppendLine($"    <ProjectReference Include=\"{Escape(path)}\" />");
                    }

                    break;
                case "property":
                    var (name, value) = Cut(rest, '=');
                    properties.AppendLine($"    <{name}>{Escape(value)}</{name}>");
                    break;
            }
        }

        return new SourceDirectives(properties.ToString(), items.ToString(), projects);
    }

    public static string Escape(string text) => SecurityElement.Escape(text);

    private static (string Before, string After) Cut(string text, char at) => text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var i
        ? (text[..i].Trim(), text[(i + 1)..].Trim())
        : (text.Trim(), "");
}
