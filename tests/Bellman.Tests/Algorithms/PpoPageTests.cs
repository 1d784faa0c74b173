namespace Bellman.Tests;

/// <summary>PPO's page in the documentation says what is so.</summary>
public sealed class PpoPageTests
{
    [Fact]
    public void TableOfSettings_NamesEverySetting_WithItsDefault()
    {
        var rows = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "docs", "ppo.md"))
            .SkipWhile(line => line != "| setting | default | what it does |").Skip(2).TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Select(cells => $"{cells[1]} = {cells[2]}");
        var settings = SettingsOverlay.ToJson(new PpoSettings(), SettingsJson.Default.PpoSettings)
            .Select(setting => $"{setting.Key} = {setting.Value?.ToJsonString().Trim('[', ']', '"') ?? "null"}");
        Assert.Equal(settings, rows);
    }
}
