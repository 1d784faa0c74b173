using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Bellman.Cli;

/// <summary>
/// Builds a source file in another process, against the Bellman that runs, and keeps the result under the hash of all that went into it.
/// Without packages of its own it needs no network.
/// </summary>
internal static partial class SourceBuilder
{
    // Changes when the generated project does.
    private const string Recipe = "1";

    private const string ProgramNeedsExecutable = "CS8805";

    /// <summary>Where built files are kept; the variable is for machines whose home folder cannot be written.</summary>
    public static string DefaultCacheFolder => System.Environment.GetEnvironmentVariable("BELLMAN_CACHE") is { Length: > 0 } given
        ? given
        : Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.LocalApplicationData, System.Environment.SpecialFolderOption.DoNotVerify), "bellman", "environments");

    /// <summary>The assembly of a source file, built if it has not been.</summary>
    /// <exception cref="InvalidOperationException">It does not build; the message has the compiler's errors with file and line.</exception>
    public static string Build(string path, string cacheFolder)
    {
        var source = File.ReadAllText(path);
        var directives = SourceDirectives.Read(source, Path.GetDirectoryName(path)!);
        var name = Path.GetFileNameWithoutExtension(path);
        var folder = Path.Combine(cacheFolder, $"{name}-{Hash(path, source)[..16]}");
        var built = Path.Combine(folder, "out", $"{name}.dll");
        if (File.Exists(built) && !directives.HasProjects)
        {
            return built;
        }

        // Built aside and moved: another process may be at it too.
        var aside = $"{folder}.{System.Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(aside);
            File.WriteAllText(Path.Combine(aside, $"{name}.csproj"), Project(path, name, directives));
            var (code, output) = Run(aside, "-p:OutputType=Library");
            if (code != 0 && output.Contains(ProgramNeedsExecutable, StringComparison.Ordinal))
            {
                (code, output) = Run(aside, "-p:OutputType=Exe");
            }

            if (code != 0)
            {
                throw new InvalidOperationException(Explain(path, output));
            }

            Replace(aside, folder);
            return built;
        }
        finally
        {
            if (Directory.Exists(aside))
            {
                Directory.Delete(aside, recursive: true);
            }
        }
    }

    /// <summary>The <c>dotnet</c> command: the one that runs this program where there is one.</summary>
    public static string DotnetHost() => System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host
        ? host
        : System.Environment.ProcessPath is { } process && Path.GetFileNameWithoutExtension(process) == "dotnet" ? process : "dotnet";

    private static void Replace(string from, string to)
    {
        try
        {
            if (Directory.Exists(to))
            {
                Directory.Delete(to, recursive: true);
            }

            Directory.Move(from, to);
        }
        catch (IOException) when (Directory.Exists(to))
        {
            // Another process was first; its result is as good.
        }
    }

    private static string Hash(string path, string source)
    {
        var text = new StringBuilder(Recipe).Append('\n').Append(path).Append('\n').Append(Environment.Version).Append('\n');
        foreach (var reference in References())
        {
            text.Append(reference).Append(' ').Append(File.GetLastWriteTimeUtc(reference).Ticks).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Append(source).ToString())));
    }

    // All of Bellman beside this program but the command itself.
    private static IEnumerable<string> References() => Directory.GetFiles(AppContext.BaseDirectory, "Bellman*.dll")
        .Where(file => !Path.GetFileName(file).StartsWith("Bellman.Cli", StringComparison.Ordinal) && !Path.GetFileName(file).EndsWith(".Tests.dll", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    // Nothing of the folders around it is imported: not the user's Directory.Build.props, nor central package versions.
    private static string Project(string path, string name, SourceDirectives directives) => $"""
        <Project>
          <PropertyGroup>
            <ImportDirectoryBuildProps>false</ImportDirectoryBuildProps>
            <ImportDirectoryBuildTargets>false</ImportDirectoryBuildTargets>
            <ImportDirectoryPackagesProps>false</ImportDirectoryPackagesProps>
          </PropertyGroup>
          <Import Project="Sdk.props" Sdk="Microsoft.NET.Sdk" />
          <PropertyGroup>
            <TargetFramework>net{Environment.Version.Major}.{Environment.Version.Minor}</TargetFramework>
            <AssemblyName>{SourceDirectives.Escape(name)}</AssemblyName>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <Optimize>true</Optimize>
            <DebugType>embedded</DebugType>
            <EnableDefaultItems>false</EnableDefaultItems>
            <UseAppHost>false</UseAppHost>
            <PublishAot>false</PublishAot>
            <Features>$(Features);FileBasedProgram</Features>
            <OutputPath>out</OutputPath>
            <AppendTargetFrameworkToOutputPath>false</AppendTargetFrameworkToOutputPath>
            <CopyLocalLockFileAssemblies>true</CopyLocalLockFileAssemblies>
            <NuGetAudit>false</NuGetAudit>
        {directives.Properties}  </PropertyGroup>
          <ItemGroup>
            <Compile Include="{SourceDirectives.Escape(path)}" />
        {string.Concat(References().Select(file => $"    <Reference Include=\"{SourceDirectives.Escape(Path.GetFileNameWithoutExtension(file))}\" HintPath=\"{SourceDirectives.Escape(file)}\" Private=\"false\" />\n"))}{directives.Items}  </ItemGroup>
          <Import Project="Sdk.targets" Sdk="Microsoft.NET.Sdk" />
        </Project>
        """;

    private static (int Code, string Output) Run(string folder, string outputType)
    {
        // No compiler stays behind for a single file.
        var start = new ProcessStartInfo(DotnetHost(), ["build", "-c", "Release", "-v", "quiet", "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", outputType])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";

        // A build around this process must not steer this one.
        foreach (var inherited in new[] { "MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH" })
        {
            start.Environment.Remove(inherited);
        }

        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException("A source file is built with the .NET SDK, and no 'dotnet' command was found; install it from https://dotnet.microsoft.com/download, or give a built .dll.");
        }
    }

    // The compiler's own lines, each once, with the path as the user knows it.
    private static string Explain(string path, string output)
    {
        var errors = output.Split('\n').Select(line => line.Trim()).Where(line => ErrorLine().IsMatch(line))
            .Select(line => line.LastIndexOf(" [", StringComparison.Ordinal) is > 0 and var end ? line[..end] : line)
            .Distinct(StringComparer.Ordinal)
            .Select(line => line.Replace(path, Path.GetRelativePath(Directory.GetCurrentDirectory(), path), StringComparison.Ordinal))
            .ToList();
        return $"'{path}' does not build:\n{(errors.Count > 0 ? string.Join('\n', errors) : output.Trim())}";
    }

    [GeneratedRegex(@"\berror [A-Z]+\d+:|: error ")]
    private static partial Regex ErrorLine();
}
