using System.Reflection;
using Bellman.Tools;

namespace Bellman.Cli.Tests;

/// <summary>What the libraries offer changes on purpose alone: the listing in PublicApi/ is the one that the assemblies give.</summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Libraries => [.. PublicApiWriter.Assemblies.Select(assembly => assembly.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void PublicSurface_IsTheListedOne(string library)
    {
        var listed = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "PublicApi", $"{library}.txt"));
        var found = PublicApiWriter.Write(Assembly.Load(library)).TrimEnd('\n').Split('\n');
        string[] differences = [.. listed.Except(found).Select(line => $"- {line}"), .. found.Except(listed).Select(line => $"+ {line}")];
        Assert.True(differences.Length == 0, $"The public surface of {library} differs from PublicApi/{library}.txt. If that is meant, run: dotnet run -c Release --project tools/PublicApi\n{string.Join('\n', differences)}");
    }
}
