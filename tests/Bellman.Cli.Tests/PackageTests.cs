using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Bellman.Cli.Tests;

/// <summary>The packages as somebody outside the repository meets them: a folder as the only feed, a project, the tool, the templates.</summary>
public sealed partial class PackageTests(PackageTests.Feed feed) : IClassFixture<PackageTests.Feed>
{
    private static readonly string[] Libraries = ["Bellman", "Bellman.Environments", "Bellman.Numerics", "Bellman.Testing"];

    [Fact]
    public void Packages_BringReadmeLicenceDocumentationAndSymbols()
    {
        var version = Version();
        Assert.Equal(
            [.. Libraries.Append("Bellman.Cli").Append("Bellman.Templates").Select(name => $"{name}.{version}.nupkg").Order(StringComparer.Ordinal)],
            Directory.GetFiles(feed.Packages, "*.nupkg").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        foreach (var package in Directory.GetFiles(feed.Packages, "*.nupkg"))
        {
            using var zip = ZipFile.OpenRead(package);
            var entries = zip.Entries.Select(entry => entry.FullName).ToList();
            Assert.Contains("README.md", entries);
            Assert.Contains("LICENSE", entries);
            using var nuspec = zip.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
            var metadata = XDocument.Load(nuspec).Root!.Elements().First();
            string Value(string name) => metadata.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value ?? "";
            Assert.Equal(("MIT", "README.md", version), (Value("license"), Value("readme"), Value("version")));
            Assert.True(Value("description").Length > 20, package);
            Assert.Contains("reinforcement-learning", Value("tags"));

            // What it is, how to get it, and a first program or command.
            using var readme = new StreamReader(zip.GetEntry("README.md")!.Open());
            Assert.Matches(@"(?s)^# .+\n\n.{40,}```.*dotnet (add package|tool install|new install).*```", readme.ReadToEnd());
        }

        foreach (var library in Libraries)
        {
            using var zip = ZipFile.OpenRead(Path.Combine(feed.Packages, $"{library}.{version}.nupkg"));
            Assert.NotNull(zip.GetEntry($"lib/net10.0/{library}.xml"));
            using var symbols = ZipFile.OpenRead(Path.Combine(feed.Packages, $"{library}.{version}.snupkg"));
            Assert.NotNull(symbols.GetEntry($"lib/net10.0/{library}.pdb"));
        }
    }

    [Fact]
    public void ProgramOfTheReadme_RunsOutsideTheRepository()
    {
        // The package's own README has the same.
        var program = ProgramOf("README.md");
        Assert.Equal(program, ProgramOf("src/Bellman/README.md"));
        Assert.Contains("ppo.Learn", program);
        var project = Project("readme", "Bellman", program);
        Assert.Contains("500.0 ± 0.0", feed.Dotnet(project, "run", "-c", "Release"));
        Assert.True(File.Exists(Path.Combine(project, "cartpole.bellman")));
    }

    [Fact]
    public void ProgramOfNumerics_RunsOutsideTheRepository() =>
        Assert.Matches("step 1000: loss 0\\.0[0-9]{3}", feed.Dotnet(Project("numerics", "Bellman.Numerics", ProgramOf("src/Bellman.Numerics/README.md")), "run", "-c", "Release"));

    [Fact]
    public void ProgramOfEnvironments_FindsThemRegistered()
    {
        var output = feed.Dotnet(Project("lander", "Bellman.Environments", ProgramOf("src/Bellman.Environments/README.md")), "run", "-c", "Release");
        Assert.Matches(@"LunarLander-v3: -?[0-9.]+ ± [0-9.]+\nPongState-v0: .{10,}", output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void ReferenceToEnvironments_RegistersThem_ThroughALibraryToo()
    {
        // Both are given the initialiser; twice is once.
        var library = Project("robots", "Bellman.Environments", "namespace Robots; public static class Robot { public static int? Limit => Bellman.EnvironmentRegistry.Default.Get(\"Hopper-v4\").MaxEpisodeSteps; }", isLibrary: true);
        var application = Project("application", "Bellman", "System.Console.WriteLine($\"{Robots.Robot.Limit} {Bellman.EnvironmentRegistry.Default.Get(\"PongState-v0\").Id}\");");
        File.WriteAllText(Path.Combine(application, "application.csproj"), File.ReadAllText(Path.Combine(application, "application.csproj")).Replace("<PackageReference Include=\"Bellman\"", $"<ProjectReference Include=\"{Path.Combine(library, "robots.csproj")}\" /><PackageReference Include=\"Bellman\"", StringComparison.Ordinal));
        Assert.Equal("1000 PongState-v0", feed.Dotnet(application, "run", "-c", "Release").Trim());
    }

    [Fact]
    public void Tool_InstallsAndBuildsAUsersFile()
    {
        var folder = feed.Folder("tool");
        feed.Dotnet(folder, "tool", "install", "Bellman.Cli", "--tool-path", folder, "--version", Version());
        var bellman = Path.Combine(folder, OperatingSystem.IsWindows() ? "bellman.exe" : "bellman");
        File.Copy(Path.Combine(Repository.Root, "templates", "content", "environment", "MyEnvironment.cs"), Path.Combine(folder, "line.cs"));
        var report = JsonDocument.Parse(feed.Run(bellman, folder, "check", "line.cs", "--json")).RootElement;
        Assert.Equal((0, 0), (report.GetProperty("errors").GetInt32(), report.GetProperty("warnings").GetInt32()));

        // It goes by its name, and has the other packages' environments.
        Assert.Contains("bellman train <algorithm> <environment>", feed.Run(bellman, folder, "train", "--help"));
        var result = JsonDocument.Parse(feed.Run(bellman, folder, "train", "ppo", "LunarLander-v3", "--steps", "500", "--eval-episodes", "1", "--quiet", "--json")).RootElement;
        Assert.InRange(result.GetProperty("steps").GetInt64(), 500, 50_000);
    }

    [Theory]
    [InlineData("bellman-environment", "Maze", "After training: 1.0 ± 0.0")]
    [InlineData("bellman-agent", "Balancer", "CartPole-v1: 500.0 ± 0.0")]
    public void Template_MakesAProjectThatRuns(string template, string name, string expected)
    {
        feed.InstallTemplates(Version());
        var folder = feed.Folder(name);
        feed.Dotnet(folder, "new", template, "--name", name, "--output", ".");
        Assert.Contains(expected, feed.Dotnet(folder, "run", "-c", "Release"));
        Assert.DoesNotContain(Directory.GetFiles(folder, "My*"), file => !file.EndsWith(".bellman", StringComparison.Ordinal));
    }

    [Fact]
    public void Templates_ReferToThisVersion()
    {
        foreach (var project in Directory.GetFiles(Path.Combine(Repository.Root, "templates", "content"), "*.csproj", SearchOption.AllDirectories))
        {
            Assert.All(XDocument.Load(project).Descendants("PackageReference"), reference => Assert.Equal(Version(), reference.Attribute("Version")!.Value));
        }
    }

    private string ProgramOf(string readme) => CodeBlock().Match(File.ReadAllText(Path.Combine(Repository.Root, readme))).Groups[1].Value;

    private string Project(string name, string package, string program, bool isLibrary = false)
    {
        var folder = feed.Folder(name);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), program);
        File.WriteAllText(Path.Combine(folder, $"{name}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>{(isLibrary ? "Library" : "Exe")}</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{package}" Version="{Version()}" />
              </ItemGroup>
            </Project>
            """);
        return folder;
    }

    private static string Version() => typeof(Policy).Assembly.GetName().Version!.ToString(3);

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    /// <summary>All packages in a folder that is the only feed, with caches of its own: nothing comes from a network, nothing stays behind.</summary>
    public sealed class Feed : IDisposable
    {
        private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("bellman-packages-");
        private readonly Lock gate = new();
        private bool templates;

        public Feed()
        {
            Packages = Path.Combine(root.FullName, "feed");
            File.WriteAllText(Path.Combine(root.FullName, "NuGet.config"), $"""
                <?xml version="1.0" encoding="utf-8"?>
                <configuration>
                  <config><add key="globalPackagesFolder" value="{Path.Combine(root.FullName, "cache")}" /></config>
                  <packageSources><clear /><add key="folder" value="{Packages}" /></packageSources>
                </configuration>
                """);

            // As this program was built: bin/<configuration>/net10.0.
            var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;
            Run("dotnet", Repository.Root, "pack", "Bellman.slnx", "--no-build", "-c", configuration, "-v", "quiet", "-nologo", "-o", Packages);
        }

        public string Packages { get; }

        public string Folder(string name) => root.CreateSubdirectory(name).FullName;

        public string Dotnet(string folder, params string[] arguments) => Run("dotnet", folder, arguments);

        public void InstallTemplates(string version)
        {
            lock (gate)
            {
                if (!templates)
                {
                    Dotnet(root.FullName, "new", "install", Path.Combine(Packages, $"Bellman.Templates.{version}.nupkg"));
                    templates = true;
                }
            }
        }

        /// <summary>Runs a program to its end and gives its output; its failure is the test's.</summary>
        public string Run(string program, string folder, params string[] arguments)
        {
            var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["DOTNET_CLI_HOME"] = root.FullName;
            start.Environment["DOTNET_NOLOGO"] = "1";
            start.Environment["DOTNET_SKIP_FIRST_TIME_EXPERIENCE"] = "1";
            start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
            start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
            start.Environment["BELLMAN_CACHE"] = Path.Combine(root.FullName, "built");
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}\n{output}{error.Result}");
            return output;
        }

        public void Dispose() => root.Delete(recursive: true);
    }
}
