using System.Reflection;
using System.Text.RegularExpressions;

namespace Bellman.Tests;

/// <summary>The page for those who come from Stable-Baselines3 and Gymnasium names only what exists.</summary>
public sealed partial class FamiliarNamesTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "docs", "from-stable-baselines3-and-gymnasium.md"));

    [Fact]
    public void EveryNameOfOurs_Exists()
    {
        var types = new[] { typeof(Ppo).Assembly, typeof(Bellman.Numerics.RandomStream).Assembly }.SelectMany(assembly => assembly.GetExportedTypes()).ToLookup(type => type.Name.Split('`')[0]);
        var settings = SettingsOverlay.ToJson(new PpoSettings(), SettingsJson.Default.PpoSettings).Select(setting => setting.Key).ToHashSet();
        var names = Names().ToList();
        Assert.True(names.Count > 90, $"only {names.Count} names were found");
        foreach (var name in names)
        {
            var parts = name.Split('.');
            var exists = char.IsUpper(name[0])
                ? types.Contains(parts[0]) && (parts.Length == 1 || types[parts[0]].Any(type => type.GetMember(parts[1], BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy).Length > 0))
                : settings.Contains(name);
            Assert.True(exists, $"'{name}' is named and does not exist.");
        }
    }

    [Fact]
    public void EveryMetric_IsCharted()
    {
        using var ppo = new Ppo(VectorEnvironment.Make("Pendulum-v1"), new PpoSettings { RolloutSteps = 64, BatchSize = 64, Epochs = 1 });
        ppo.Learn(64, callbacks: [new EvaluationCallback("Pendulum-v1", every: 64) { Episodes = 1 }]);
        var section = Page[Page.IndexOf("### Metrics", StringComparison.Ordinal)..Page.IndexOf("Where the environment has the signal", StringComparison.Ordinal)];
        var named = Metric().Matches(section).Select(match => match.Value).ToHashSet();
        string[] always = ["rollout/ep_rew_mean", "rollout/ep_len_mean", "time/fps", "time/iterations", "time/time_elapsed", "time/total_timesteps"];
        Assert.Equal(always.Concat(ppo.Progress.MetricNames).Order(), named.Order());
    }

    // What stands in backticks in the second column; commands and snippets are left to the eye.
    private static IEnumerable<string> Names() => Page.Split('\n')
        .Where(line => line.StartsWith('|'))
        .SelectMany(line => Ticked().Matches(line.Split('|')[2]))
        .Select(match => match.Groups[1].Value)
        .Where(name => Identifier().IsMatch(name));

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Ticked();

    [GeneratedRegex(@"^[A-Za-z]+(\.[A-Za-z]+)?$")]
    private static partial Regex Identifier();

    [GeneratedRegex("(?<=`)[a-z]+/[a-z_]+(?=`)")]
    private static partial Regex Metric();
}
