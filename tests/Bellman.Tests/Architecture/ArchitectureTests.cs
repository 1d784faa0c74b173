using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Bellman.Tests;

/// <summary>Holds the arrows of the house: which project may refer to which, and inside the core which folder may use which.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>The core's folders from the ground up; each uses only those before it.</summary>
    private static readonly string[] CoreFolders =
        ["Spaces", "Drawing", "Environments", "Values", "Distributions", "Files", "Policies", "Buffers", "Training", "Replays", "Serving", "Algorithms"];

    private static readonly Dictionary<string, string[]> AllowedReferences = new()
    {
        ["Bellman.Numerics"] = [],
        ["Bellman"] = ["Bellman.Numerics"],
        ["Bellman.Testing"] = ["Bellman", "Bellman.Numerics"],
        ["Bellman.Environments"] = ["Bellman", "Bellman.Numerics"],
        ["Bellman.Cli"] = ["Bellman", "Bellman.Numerics", "Bellman.Environments"],
    };

    private static readonly string Root = FindRoot();

    [Fact]
    public void Projects_ReferOnlyDownwards()
    {
        foreach (var project in Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            var name = Path.GetFileNameWithoutExtension(project);
            Assert.True(AllowedReferences.TryGetValue(name, out var allowed), $"{name} has no place in the house yet; give it one here.");
            var references = XDocument.Load(project).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
            Assert.Empty(references.Except(allowed));
        }
    }

    [Fact]
    public void Numerics_NeedsTheBaseLibraryAlone() =>
        Assert.Empty(XDocument.Load(Path.Combine(Root, "src/Bellman.Numerics/Bellman.Numerics.csproj")).Descendants("PackageReference"));

    [Fact]
    public void CoreFolders_UseOnlyThoseBeforeThem()
    {
        var files = SourceFiles("src/Bellman").Select(path => (Path: path, Folder: FolderOf(path), Text: WithoutCommentsAndStrings(File.ReadAllText(path)))).ToList();
        Assert.All(files, file => Assert.True(CoreFolders.Contains(file.Folder), $"{file.Path} lies in no folder of the house."));
        var homes = files
            .SelectMany(file => Declaration().Matches(file.Text).Select(match => (Type: match.Groups["name"].Value, file.Folder)))
            .GroupBy(type => type.Type)
            .Where(group => group.Select(type => type.Folder).Distinct().Count() == 1)
            .ToDictionary(group => group.Key, group => Array.IndexOf(CoreFolders, group.First().Folder));

        var violations =
            from file in files
            let level = Array.IndexOf(CoreFolders, file.Folder)
            from word in Word().Matches(file.Text).Select(match => match.Value).Distinct()
            where homes.TryGetValue(word, out var home) && home > level
            select $"{Path.GetRelativePath(Root, file.Path)} uses {word} of {CoreFolders[homes[word]]}";
        Assert.Empty(violations);
    }

    [Fact]
    public void UnsafeCode_StaysInNumericsAndTheBindingToMujoco()
    {
        string[] projects = ["Bellman.Numerics", "Bellman.Environments"];
        var others = Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories).Where(path => !projects.Contains(Path.GetFileNameWithoutExtension(path)));
        Assert.All(others, path => Assert.DoesNotContain("AllowUnsafeBlocks", File.ReadAllText(path)));
        var outside = SourceFiles("src/Bellman.Environments").Where(path => !path.Replace('\\', '/').Contains("/Mujoco/Native/"));
        Assert.All(outside, path => Assert.DoesNotMatch(@"\bunsafe\b", WithoutCommentsAndStrings(File.ReadAllText(path))));
    }

    [Fact]
    public void PublicTypes_DoNotTakeNamesOfTheBaseLibrary()
    {
        string[] taken = ["Environment", "Tuple", "Buffer", "Timer", "Random"];
        var names = SourceFiles("src").SelectMany(path => Declaration().Matches(WithoutCommentsAndStrings(File.ReadAllText(path)))).Select(match => match.Groups["name"].Value);
        Assert.Empty(names.Intersect(taken));
    }

    [Fact]
    public void NothingIsLeftOpenInTheCode()
    {
        string[] marks = ["NotImplementedException", "TO" + "DO", "FIX" + "ME", "HA" + "CK"];
        var found = SourceFiles("src").Concat(SourceFiles("tests")).Concat(SourceFiles("tools"))
            .Where(path => Path.GetFileName(path) != nameof(ArchitectureTests) + ".cs")
            .Where(path => marks.Any(mark => Regex.IsMatch(File.ReadAllText(path), $@"\b{mark}\b")));
        Assert.Empty(found);
    }

    private static IEnumerable<string> SourceFiles(string folder) =>
        Directory.GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Replace('\\', '/').Contains("/obj/") && !path.Replace('\\', '/').Contains("/bin/"));

    private static string FolderOf(string path) => Path.GetRelativePath(Path.Combine(Root, "src", "Bellman"), path).Replace('\\', '/').Split('/')[0];

    private static string WithoutCommentsAndStrings(string text) => CommentOrString().Replace(text, " ");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Bellman.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests must run inside the repository: no Bellman.slnx was found above them.");
    }

    // Types of a namespace begin at the line's start; nested ones are their owner's business.
    [GeneratedRegex(@"^(?:public|internal)\s[\w\s]*?\b(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?|delegate\s+[\w<>\[\],.?]+)\s+(?<name>[A-Z]\w*)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b[A-Z]\w*\b")]
    private static partial Regex Word();

    [GeneratedRegex("//[^\n]*|/\\*.*?\\*/|\\$?\"\"\".*?\"\"\"|@?\\$?\"(?:\\\\.|[^\"\\\\\n])*\"", RegexOptions.Singleline)]
    private static partial Regex CommentOrString();
}
