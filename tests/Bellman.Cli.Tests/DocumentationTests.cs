using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Bellman.Cli.Tests;

/// <summary>What the documents say of the code can be compiled, and where they lead, there is something.</summary>
public sealed partial class DocumentationTests : IDisposable
{
    private const string Ppo = "var ppo = new Ppo(VectorEnvironment.Make(\"Pendulum-v1\", 4, seed: 1), new PpoSettings());";

    // What snippets take for granted, by file and number; null for those that need internals or another package.
    private static readonly Dictionary<string, string?> Given = new()
    {
        ["docs/contributing-numerics.md 1"] = null,
        ["docs/contributing-numerics.md 2"] = null,
        ["docs/watching-training.md 3"] = null,
        ["docs/files.md 1"] = "var weights = new float[6];",
        ["docs/looking.md 1"] = Ppo + " var policy = ppo.Policy;",
        ["docs/looking.md 2"] = "private double angle = 1;",
        ["docs/numerics.md 1"] = "var random = new SplittableRandom(1); using var tape = new Tape(); var bytes = new byte[32 * 84 * 84 * 3];",
        ["docs/numerics.md 2"] = "Tensor output = default, input = default, inputDirection = default, loss = default, x = default, real = default, divergence = default, mean = default, logDeviation = default; Mlp critic = null!, policy = null!; float[] gradient = [], direction = [], product = [], moved = [];",
        ["docs/numerics.md 3"] = "using var tape = new Tape(); var x = tape.Input([1f], 1);",
        ["docs/own-environments.md 2"] = "private sealed class Lever : Wrapper { public Lever() : base(null!) { } } private static readonly Linear layer = null!; private static readonly float[] x = [];",
        ["docs/runs.md 1"] = Ppo + " var settings = new PpoSettings();",
        ["docs/runs.md 2"] = "private readonly Adam optimizer = null!; private readonly SplittableRandom random = null!; private readonly double[] sums = []; private readonly ReplayBuffer replay = null!;",
        ["docs/watching-training.md 1"] = Ppo,
        ["src/Bellman.Testing/README.md 1"] = "private sealed class MyEnvironment : Wrapper { public MyEnvironment() : base(null!) { } } private static readonly Linear layer = null!; private static readonly float[] x = [];",
    };

    private readonly string folder = Directory.CreateTempSubdirectory("bellman-documents-").FullName;

    private static IEnumerable<string> Documents => Directory.GetFiles(Repository.Root, "*.md")
        .Concat(new[] { "docs", "examples", "templates" }.SelectMany(name => Directory.GetFiles(Path.Combine(Repository.Root, name), "*.md", SearchOption.AllDirectories)))
        .Concat(Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(project => Path.Combine(project, "README.md")).Where(File.Exists))
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    [Fact]
    public void EveryLink_LeadsSomewhere()
    {
        var links = 0;
        foreach (var document in Documents)
        {
            foreach (var target in Link().Matches(Snippet().Replace(File.ReadAllText(document), "")).Select(match => match.Groups[1].Value).Where(target => !target.StartsWith("http", StringComparison.Ordinal)))
            {
                var parts = target.Split('#');
                var path = parts[0].Length == 0 ? document : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(document)!, parts[0]));
                Assert.True(Path.Exists(path), $"{document} leads to '{target}', which is not there.");
                Assert.True(parts.Length == 1 || Heading().Matches(File.ReadAllText(path)).Any(heading => Anchor(heading.Groups[1].Value) == parts[1]), $"{document} leads to '{target}', but there is no such heading.");
                links++;
            }
        }

        Assert.True(links > 150, $"only {links} links were found");
    }

    [Fact]
    public void EverySnippet_Compiles()
    {
        var count = 0;
        foreach (var document in Documents)
        {
            var name = Path.GetRelativePath(Repository.Root, document).Replace(Path.DirectorySeparatorChar, '/');
            var number = 0;
            foreach (Match match in Snippet().Matches(File.ReadAllText(document)))
            {
                if (match.Groups[1].Value == "csharp" && (!Given.TryGetValue($"{name} {++number}", out var given) || given is not null))
                {
                    File.WriteAllText(Path.Combine(folder, $"Snippet{++count}.cs"), Whole(match.Groups[2].Value, $"Snippet{count}", given, $"{name} {number}"));
                }
            }
        }

        Assert.True(count > 20, $"only {count} snippets were found");
        File.WriteAllText(Path.Combine(folder, "Usings.cs"), "global using Bellman; global using Bellman.Numerics; global using Bellman.Environments; global using Bellman.Testing; global using Xunit;\nnamespace Xunit { class FactAttribute : Attribute; }");
        File.WriteAllText(Path.Combine(folder, "Snippets.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(new[] { "Bellman", "Bellman.Numerics", "Bellman.Environments", "Bellman.Testing" }.Select(name => $"<Reference Include=\"{Path.Combine(AppContext.BaseDirectory, $"{name}.dll")}\" />"))}
              </ItemGroup>
            </Project>
            """);
        var start = new ProcessStartInfo("dotnet", ["build", "-v", "quiet", "-nologo"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // A snippet is a program's statements, members of a class, or whole classes. Errors are told by the document's name.
    private static string Whole(string snippet, string name, string? given, string place)
    {
        var text = $"#line 1 \"{place}\"\n{Using().Replace(snippet, "")}";
        if (Class().IsMatch(snippet))
        {
            return $"namespace {name} {{\n{text}\n}}";
        }

        return snippet.StartsWith("[Fact]", StringComparison.Ordinal) || snippet.StartsWith("public ", StringComparison.Ordinal)
            ? $"sealed class {name} {{\n{given}\n{text}\n}}"
            : $"static class {name} {{ static void Run() {{\n{given}\n{text.Replace("static readonly ", "", StringComparison.Ordinal)}\n}} }}";
    }

    private static string Anchor(string heading) => NoWord().Replace(heading.ToLowerInvariant(), "").Trim().Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\s-]")]
    private static partial Regex NoWord();

    [GeneratedRegex(@"^```(\w*)\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"^using [\w.]+;$", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"^(public|sealed|internal) .*\bclass\b", RegexOptions.Multiline)]
    private static partial Regex Class();
}
